import { nameLayers, type NetworkSpec, type WeightedLayer } from "./network.ts";
import { hasWeights } from "./walk.ts";

/** What feeds a layer that receives the image, where such things have names. */
export const IMAGE = "image";

/** A layer with weights, what feeds it, and what it costs. */
export interface Fan {
  name: string;
  /** The layer whose outputs it receives: neurons, or what is left behind a pooling; null where it receives the image. */
  input: string | null;
  /** Additions that one spike of the input causes at most: at the border of an image a convolution makes fewer. */
  fanOut: number;
  /** Multiply-accumulate operations for one image; padding counts. */
  macs: number;
}

/** What every layer with weights receives and costs, in order. */
export function fans(spec: NetworkSpec): Fan[] {
  const layers = nameLayers(spec);
  return layers.flatMap((layer, index) =>
    hasWeights(layer) ? [{ name: layer.name, input: layers[index - 1]?.name ?? null, ...costOf(layer) }] : []
  );
}

function costOf(layer: WeightedLayer): Pick<Fan, "fanOut" | "macs"> {
  if (layer.type === "linear") {
    const [inputs, units] = layer.kernel;
    return { fanOut: units, macs: inputs * units };
  }
  const [height, width, channels, filters] = layer.kernel;
  const [rows, columns] = layer.output as [number, number];
  return { fanOut: height * width * filters, macs: rows * columns * height * width * channels * filters };
}
