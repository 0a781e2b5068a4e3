import { UsageError } from "../errors.ts";
import { sharedOwner } from "./isomorphic.ts";
import { hasWeights } from "./walk.ts";

/**
 * A layer of a network from which an ANN and an SNN are made. `owner` names the earlier, isomorphic layer whose kernel (and bias) it
 * uses, its own where absent; norms are always its own.
 */
export type Layer =
  /** Convolution, stride 1, zero padding that keeps the size, plus a bias if `bias`; then batch norm if `norm`. */
  | { type: "conv"; filters: number; kernel: number; norm: boolean; bias?: boolean; owner?: string }
  /** Convolution of patches: kernel = stride = size, without padding; then batch norm if `norm`. It receives the image. */
  | { type: "patches"; filters: number; size: number; norm: boolean; owner?: string }
  /**
   * Convolution of every channel with a filter of its own, stride 1, zero padding that keeps the size; then batch norm if `norm`. With a
   * `residual` the next layer, a convolution, receives what this one received as well: a sum in the ANN, two spike trains in the SNN.
   */
  | { type: "depthwise"; kernel: number; norm: boolean; residual?: boolean; owner?: string }
  /** Max pooling, window = stride = size; an odd last row or column is dropped. */
  | { type: "maxpool"; size: number }
  /** Matrix product, plus a bias if `bias`; then batch norm if `norm`. If `summed`, of an image's sum over its positions. */
  | { type: "linear"; units: number; norm?: boolean; bias?: boolean; summed?: boolean; owner?: string };

/** A network: after every conv and linear layer comes an activation, ReLU in the ANN and IF neurons in the SNN. */
export interface NetworkSpec {
  /** Height, width, channels of an image. */
  input: readonly [number, number, number];
  layers: readonly Layer[];
}

/** A layer, named and with its shapes. `owner` names the layer whose kernel and bias it uses: itself, or an earlier one. */
export type NamedLayer =
  | {
    name: string;
    type: "conv" | "patches";
    owner: string;
    kernel: [number, number, number, number];
    norm: boolean;
    bias: boolean;
    output: number[];
  }
  | {
    name: string;
    type: "depthwise";
    owner: string;
    /** One filter for each channel: [side, side, 1, channels]. */
    kernel: [number, number, 1, number];
    norm: boolean;
    bias: boolean;
    residual: boolean;
    output: number[];
  }
  | { name: string; type: "maxpool"; size: number; output: number[] }
  | {
    name: string;
    type: "linear";
    owner: string;
    /** What it receives: [H, W, C] of an image, else [units]. */
    input: number[];
    kernel: [number, number];
    norm: boolean;
    bias: boolean;
    summed: boolean;
    output: number[];
  };

/** A layer with weights. */
export type WeightedLayer = Extract<NamedLayer, { kernel: readonly number[] }>;
/** A layer that pools. */
export type PoolingLayer = Exclude<NamedLayer, WeightedLayer>;

/** The layers with names (conv1, conv2, ..., linear1, ...), kernel shapes (HWIO, of depthwise ones I = 1; [in, out]) and output shapes. */
export function nameLayers(spec: NetworkSpec): NamedLayer[] {
  const numbers = { conv: 0, patches: 0, depthwise: 0, maxpool: 0, linear: 0 };
  let shape: number[] = [...spec.input];
  const layers: NamedLayer[] = [];
  for (const layer of spec.layers) {
    const named = nameLayer(layer, `${layer.type}${++numbers[layer.type]}`, shape);
    layers.push("owner" in layer && hasWeights(named) ? sharedOwner(named, layer.owner, layers) : named);
    shape = named.output;
  }
  return layers;
}

function nameLayer(layer: Layer, name: string, input: number[]): NamedLayer {
  if (layer.type === "linear") {
    const { units, norm = false, bias = false, summed = false } = layer;
    if (summed) imageShape(input, name);
    const size = summed ? input.at(-1) as number : input.reduce((product, axis) => product * axis, 1);
    const shapes = { input, kernel: [size, units] as [number, number], output: [units] };
    return { name, type: "linear", owner: name, ...shapes, norm, bias, summed };
  }
  const [height, width, channels] = imageShape(input, name);
  if (layer.type === "conv") {
    const kernel: [number, number, number, number] = [layer.kernel, layer.kernel, channels, layer.filters];
    const { norm, bias = false } = layer;
    return { name, type: "conv", owner: name, kernel, norm, bias, output: [height, width, layer.filters] };
  }
  if (layer.type === "patches") {
    const { size, filters, norm } = layer;
    requirePatches(name, size, input);
    const output = [height / size, width / size, filters];
    return {
      name,
      type: "patches",
      owner: name,
      kernel: [size, size, channels, filters],
      norm,
      bias: false,
      output,
    };
  }
  if (layer.type === "depthwise") {
    const { norm, residual = false } = layer;
    const kernel: [number, number, 1, number] = [layer.kernel, layer.kernel, 1, channels];
    return { name, type: "depthwise", owner: name, kernel, norm, bias: false, residual, output: [...input] };
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

function requirePatches(name: string, size: number, input: number[]): void {
  if (input.slice(0, 2).every((side) => side % size === 0)) return;
  throw new UsageError(
    `Building the network: ${name} cuts patches of ${size} x ${size} out of ${
      input.join(" x ")
    }, which leaves a rest; ` +
      `take a size that divides both sides.`,
  );
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

/** Trainable parameters of a layer: norm, and kernel and bias where they are its own. */
export function layerParameters(layer: NamedLayer): number {
  if (layer.type === "maxpool") return 0;
  const channels = layer.kernel.at(-1) as number;
  const weights = (layer.kernel as number[]).reduce((product, axis) => product * axis, 1);
  const own = layer.owner === layer.name ? weights + (layer.bias ? channels : 0) : 0;
  return own + (layer.norm ? 2 * channels : 0);
}

/** Which of the network's two lives: the artificial one (ReLU) or the spiking one (IF neurons). */
export type Life = "ann" | "snn";
