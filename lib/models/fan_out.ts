import { type NamedLayer, nameLayers, type NetworkSpec, type WeightedLayer } from "./network.ts";
import { hasWeights } from "./walk.ts";

/** What feeds a layer that receives the image, where such things have names. */
export const IMAGE = "image";

/** A layer with weights, what feeds it, and what it costs. */
export interface Fan {
  name: string;
  /** The layer whose outputs it receives: neurons, or what is left behind a pooling; null where it receives the image. */
  input: string | null;
  /** The layers whose spikes reach it: that one, and behind a residual the one before it as well; none where it receives the image. */
  trains: string[];
  /** Additions that one spike of the input causes at most: at the border of an image a convolution makes fewer. */
  fanOut: number;
  /** Multiply-accumulate operations for one image; padding counts. */
  macs: number;
}

/** What every layer with weights receives and costs, in order. */
export function fans(spec: NetworkSpec): Fan[] {
  const layers = nameLayers(spec);
  return layers.flatMap((layer, index) =>
    hasWeights(layer) ? [{ ...receivedBy(layers.slice(0, index)), name: layer.name, ...costOf(layer) }] : []
  );
}

/** What a layer behind these receives. */
function receivedBy(before: readonly NamedLayer[]): Pick<Fan, "input" | "trains"> {
  const last = before.at(-1);
  if (last === undefined) return { input: null, trains: [] };
  const joined = last.type === "depthwise" && last.residual ? before.at(-2) : undefined;
  return { input: last.name, trains: [...(joined === undefined ? [] : [joined.name]), last.name] };
}

function costOf(layer: WeightedLayer): Pick<Fan, "fanOut" | "macs"> {
  if (layer.type === "linear") {
    const [inputs, units] = layer.kernel;
    return { fanOut: units, macs: inputs * units };
  }
  const [height, width, channels, filters] = layer.kernel;
  const [rows, columns] = layer.output as [number, number];
  if (layer.type === "depthwise") {
    return { fanOut: height * width, macs: rows * columns * height * width * filters };
  }
  return { fanOut: height * width * filters, macs: rows * columns * height * width * channels * filters };
}
