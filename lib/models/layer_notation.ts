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
 * Pk max pooling, n a linear layer, sum-n one of the sum over all positions, nCk/k a convolution of patches of the image, Dk a
 * depthwise one, Dk+ one with a residual. "32C3=conv2" is a layer that uses the kernel of the second
 * convolution, "256=linear1" one that uses that of the first linear layer. No layer has a bias.
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
    throw refusal(notation, `its width is ${width}, but must be a number above 0; 1 is the published one`);
  }
  const parts = notation.split(/(?<!sum)-/);
  return parts.map((part, index) => {
    const hidden = index < parts.length - 1;
    const layer = layerOf(part, notation, hidden ? width : 1);
    return layer.type === "linear" && hidden && norms === "hidden" ? { ...layer, norm: true } : layer;
  });
}

function layerOf(part: string, notation: string, width: number): Layer {
  const [, sum = "", size = "", kind = "", window = "", ending = "", name = ""] =
    /^(sum-|)([1-9]\d*|)([CPD]?)(\d*)(\+|\/\d+|)(=[a-z]+\d+|)$/.exec(part) ?? [];
  const scaled = Math.max(1, Math.round(Number(size) * width));
  const owner = name === "" ? {} : { owner: name.slice(1) };
  if (kind === "D" && window !== "" && sum + size === "" && !ending.startsWith("/")) {
    const residual = ending === "" ? {} : { residual: true };
    return { type: "depthwise", kernel: Number(window), norm: true, ...residual, ...owner };
  }
  if (kind === "C" && size !== "" && window !== "" && sum === "" && ending === `/${window}`) {
    return { type: "patches", filters: scaled, size: Number(window), norm: true, ...owner };
  }
  if (ending !== "") throw unknownLayer(part, notation);
  if (kind === "C" && size !== "" && window !== "" && sum === "") {
    return { type: "conv", filters: scaled, kernel: Number(window), norm: true, ...owner };
  }
  if (kind === "P" && size === "" && window !== "" && sum + name === "") {
    return { type: "maxpool", size: Number(window) };
  }
  if (kind === "" && size !== "") {
    return { type: "linear", units: scaled, ...(sum === "" ? {} : { summed: true }), ...owner };
  }
  throw unknownLayer(part, notation);
}

function unknownLayer(part: string, notation: string): UsageError {
  return refusal(
    notation,
    `its layer "${part}" is unknown; write nCk (convolution), nCk/k (of patches of the image), Dk (depthwise; Dk+ with a residual), Pk ` +
      `(max pooling), n (linear) or sum-n (linear, of the sum over all positions), n from 1, and =NAME behind it for an earlier ` +
      `layer whose kernel it uses, as in 32C3=conv2`,
  );
}

function refusal(notation: string, problem: string): UsageError {
  return new UsageError(`Building the network "${notation}": ${problem}.`);
}
