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
 * Pk max pooling, n a linear layer, sum the sum over all positions, in front of a linear layer. "32C3=conv2" uses the kernel of the
 * second convolution, "256=linear1" that of the first linear layer. No layer has a bias.
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
  const parts = notation.split("-");
  const layers = parts.map((part, index): Layer | typeof SUM => {
    if (part === SUM) return SUM;
    const hidden = index < parts.length - 1;
    const layer = layerOf(part, notation, hidden ? width : 1);
    return layer.type === "linear" && hidden && norms === "hidden" ? { ...layer, norm: true } : layer;
  });
  return layers.flatMap((layer, index) => {
    if (layer !== SUM) return layers[index - 1] === SUM ? [summed(layer, notation)] : [layer];
    if (index < layers.length - 1) return [];
    throw refusal(notation, `its last layer is "${SUM}", which stands in front of a linear layer`);
  });
}

/** The sum over all positions, in the notation. */
const SUM = "sum";

function summed(layer: Layer, notation: string): Layer {
  if (layer.type === "linear") return { ...layer, summed: true };
  throw refusal(notation, `behind "${SUM}" stands a ${layer.type} layer, but a linear one is needed`);
}

function layerOf(part: string, notation: string, width: number): Layer {
  const [, size = "", kind = "", window = "", name = ""] =
    /^([1-9]\d*|)([CP]?)(\d*)((?:=[a-z]+\d+)?)$/.exec(part) ?? [];
  const scaled = Math.max(1, Math.round(Number(size) * width));
  const owner = name === "" ? {} : { owner: name.slice(1) };
  if (kind === "C" && size !== "" && window !== "") {
    return { type: "conv", filters: scaled, kernel: Number(window), norm: true, ...owner };
  }
  if (kind === "P" && size === "" && window !== "" && name === "") {
    return { type: "maxpool", size: Number(window) };
  }
  if (kind === "" && size !== "") return { type: "linear", units: scaled, ...owner };
  throw refusal(
    notation,
    `its layer "${part}" is unknown; write nCk (convolution), Pk (max pooling), n (linear) or ${SUM} (over all positions), n ` +
      `from 1, and behind a layer with weights =NAME for the earlier one whose kernel it uses, as in "32C3=conv2"`,
  );
}

function refusal(notation: string, problem: string): UsageError {
  return new UsageError(`Building the network "${notation}": ${problem}.`);
}
