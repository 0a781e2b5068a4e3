import { UsageError } from "../errors.ts";
import type { Layer } from "./network.ts";

/** Which layers have a batch norm: convolutions, or all hidden ones. */
export const NORMED = ["convolutions", "hidden"] as const;

export interface NotationOptions {
  /** Multiplies every hidden layer. */
  width?: number;
  norms?: typeof NORMED[number];
}

/**
 * The layers of the papers' notation, e.g. "128C3-P2-256-10": nCk is a convolution with n filters and a k x k kernel,
 * Pk max pooling, n a linear layer. No layer has a bias.
 *
 * ```ts
 * import { countParameters, createNetwork, layersOf } from "weightshare/models";
 *
 * const network = createNetwork({ input: [28, 28, 1], layers: layersOf("16C3-P2-32C3-P2-128-10") }, 1);
 * console.log(countParameters(network)); // one set of parameters for both lives
 * ```
 */
export function layersOf(
  notation: string,
  { width = 1, norms = "convolutions" }: NotationOptions = {},
): Layer[] {
  if (!(width > 0 && Number.isFinite(width))) {
    throw new UsageError(
      `Building the network "${notation}": its width is ${width}, but must be a number above 0; 1 is the published one.`,
    );
  }
  const parts = notation.split("-");
  return parts.map((part, index) => {
    const hidden = index < parts.length - 1;
    const layer = layerOf(part, notation, hidden ? width : 1);
    return layer.type === "linear" && hidden && norms === "hidden" ? { ...layer, norm: true } : layer;
  });
}

function layerOf(part: string, notation: string, width: number): Layer {
  const [, size = "", kind = "", window = ""] = /^([1-9]\d*|)([CP]?)(\d*)$/.exec(part) ?? [];
  const scaled = Math.max(1, Math.round(Number(size) * width));
  if (kind === "C" && size !== "" && window !== "") {
    return { type: "conv", filters: scaled, kernel: Number(window), norm: true };
  }
  if (kind === "P" && size === "" && window !== "") return { type: "maxpool", size: Number(window) };
  if (kind === "" && size !== "") return { type: "linear", units: scaled };
  throw new UsageError(
    `Building the network "${notation}": its layer "${part}" is unknown; write nCk (convolution), Pk (max pooling) or n (linear), n from 1.`,
  );
}
