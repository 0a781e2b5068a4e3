import { UsageError } from "../errors.ts";
import { hasWeights } from "./walk.ts";

/** A layer of a network from which an ANN and an SNN are made. */
export type Layer =
  /** Convolution, stride 1, zero padding that keeps the size, plus a bias if `bias`; then batch norm if `norm`. */
  | { type: "conv"; filters: number; kernel: number; norm: boolean; bias?: boolean }
  /** Max pooling, window = stride = size; an odd last row or column is dropped. */
  | { type: "maxpool"; size: number }
  /** Matrix product, plus a bias if `bias`; then batch norm if `norm`. */
  | { type: "linear"; units: number; norm?: boolean; bias?: boolean };

/** A network: after every conv and linear layer comes an activation, ReLU in the ANN and IF neurons in the SNN. */
export interface NetworkSpec {
  /** Height, width, channels of an image. */
  input: readonly [number, number, number];
  layers: readonly Layer[];
}

/** A layer, named and with its shapes. */
export type NamedLayer =
  | {
    name: string;
    type: "conv";
    kernel: [number, number, number, number];
    norm: boolean;
    bias: boolean;
    output: number[];
  }
  | { name: string; type: "maxpool"; size: number; output: number[] }
  | {
    name: string;
    type: "linear";
    kernel: [number, number];
    norm: boolean;
    bias: boolean;
    output: number[];
  };

/** A layer with weights. */
export type WeightedLayer = Extract<NamedLayer, { kernel: readonly number[] }>;
/** A layer that pools. */
export type PoolingLayer = Exclude<NamedLayer, WeightedLayer>;

/** The layers with names (conv1, conv2, ..., linear1, ...), kernel shapes (HWIO; [in, out]) and output shapes. */
export function nameLayers(spec: NetworkSpec): NamedLayer[] {
  const numbers = { conv: 0, maxpool: 0, linear: 0 };
  let shape: number[] = [...spec.input];
  return spec.layers.map((layer) => {
    const named = nameLayer(layer, `${layer.type}${++numbers[layer.type]}`, shape);
    shape = named.output;
    return named;
  });
}

function nameLayer(layer: Layer, name: string, input: number[]): NamedLayer {
  if (layer.type === "linear") {
    const size = input.reduce((product, axis) => product * axis, 1);
    const { units, norm = false, bias = false } = layer;
    return { name, type: "linear", kernel: [size, units], norm, bias, output: [units] };
  }
  const [height, width, channels] = imageShape(input, name);
  if (layer.type === "conv") {
    const kernel: [number, number, number, number] = [layer.kernel, layer.kernel, channels, layer.filters];
    const { norm, bias = false } = layer;
    return { name, type: "conv", kernel, norm, bias, output: [height, width, layer.filters] };
  }
  if (layer.size > Math.min(height, width)) {
    throw new UsageError(
      `Building the network: ${name} has size ${layer.size}, but its input is ${input.join(" x ")}; ` +
        `take a smaller window or fewer pooling layers.`,
    );
  }
  const output = [Math.floor(height / layer.size), Math.floor(width / layer.size), channels];
  return { name, type: "maxpool", size: layer.size, output };
}

function imageShape(shape: number[], name: string): [number, number, number] {
  const [height, width, channels] = shape;
  if (height === undefined || width === undefined || channels === undefined) {
    throw new UsageError(
      `Building the network: ${name} needs an image [H, W, C] but gets ${shape.join(" x ")}; ` +
        `put it before the first linear layer.`,
    );
  }
  return [height, width, channels];
}

/** Layers whose activation is a neuron: all but pooling. */
export function neuronLayers(spec: NetworkSpec): WeightedLayer[] {
  return nameLayers(spec).filter(hasWeights);
}

/** Neurons of every layer but pooling, by name, for one image. */
export function neuronCounts(spec: NetworkSpec): ReadonlyMap<string, number> {
  const size = (output: number[]) => output.reduce((product, axis) => product * axis, 1);
  return new Map(neuronLayers(spec).map(({ name, output }) => [name, size(output)]));
}

/** Trainable parameters of the network, without building it. */
export function parameterCount(spec: NetworkSpec): number {
  return nameLayers(spec).reduce((sum, layer) => sum + layerParameters(layer), 0);
}

/** Trainable parameters of a layer: kernel, norm and bias. */
export function layerParameters(layer: NamedLayer): number {
  if (layer.type === "maxpool") return 0;
  const channels = layer.kernel.at(-1) as number;
  const weights = (layer.kernel as number[]).reduce((product, axis) => product * axis, 1);
  return weights + (layer.norm ? 2 * channels : 0) + (layer.bias ? channels : 0);
}

/** Which of the network's two lives: the artificial one (ReLU) or the spiking one (IF neurons). */
export type Life = "ann" | "snn";
