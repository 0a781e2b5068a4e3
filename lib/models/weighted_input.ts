import { batchNormTrain, frozenNorm, type NormMode } from "../ops/batch_norm.ts";
import { channelwiseConv } from "../ops/depthwise_conv.ts";
import { convForward } from "../ops/padded_conv.ts";
import { tf } from "../ops/tensorflow.ts";
import type { Life, WeightedLayer } from "./network.ts";
import { type Network, normParameters, normStatistics, parameterValue } from "./parameters.ts";
import { hasWeights } from "./walk.ts";

/** What a layer's neurons receive: conv + norm, or matrix product, of the layer's input. */
export type WeightedInput<Values> = (layer: WeightedLayer, input: Values) => tf.Tensor;

/** Products of a layer's weights with its input, in the form the input has. */
export interface Products<Values> {
  /** Input [N, H, W, C], filter [kernel, kernel, C, F], bias [F] -> [N, H, W, F]; stride 1, "same". */
  conv(input: Values, filter: tf.Tensor4D, bias?: tf.Tensor1D): tf.Tensor4D;
  /** Input [N, H, W, C], filter [kernel, kernel, 1, C], bias [C] -> [N, H, W, C]; stride 1, "same". */
  depthwise(input: Values, filter: tf.Tensor4D, bias?: tf.Tensor1D): tf.Tensor4D;
  /** Input [N, ...] with as many values as weights have rows, bias [F] -> [N, F]. */
  linear(input: Values, weights: tf.Tensor2D, bias?: tf.Tensor1D): tf.Tensor2D;
}

/** Products with floats. */
export const DENSE: Products<tf.Tensor> = {
  conv(input, filter, bias) {
    const x = input as tf.Tensor4D;
    if (bias === undefined) return tf.conv2d(x, filter, 1, "same");
    return tf.fused.conv2d({ x, filter, bias, strides: 1, pad: "same" });
  },
  depthwise: (input, filter, bias) => channelwiseConv(input as tf.Tensor4D, filter, bias),
  linear(input, weights, bias) {
    const x = tf.reshape(input, [input.shape[0] as number, weights.shape[0]]) as tf.Tensor2D;
    const product = tf.matMul(x, weights) as tf.Tensor2D;
    return bias === undefined ? product : tf.add(product, bias);
  },
};

/** The same by the fastest kernels there are; they know no gradient. */
export const FORWARD: Products<tf.Tensor> = {
  ...DENSE,
  conv: (input, filter, bias) => convForward(input as tf.Tensor4D, filter, 1, { bias }),
};

/**
 * The weighted input of every layer, the part that both lives have in common: the ANN puts ReLU on it, the SNN takes
 * it as current. With frozen statistics the norm is folded into the kernel, once however often the layer is used.
 */
export function weightedInput<Values>(
  network: Network,
  life: Life,
  mode: NormMode,
  products: Products<Values>,
  folded = foldedWeights(network, life, mode),
): WeightedInput<Values> {
  return (layer, input) => {
    const product = multiply(products, layer, folded?.get(layer.name) ?? weightsOf(network, layer), input);
    if (folded !== undefined || !layer.norm) return product;
    const norm = `${layer.name}.norm`;
    const statistics = normStatistics(network, life, norm);
    return batchNormTrain(product, normParameters(network, norm), statistics);
  };
}

/** A layer's product of its input with the given weights. */
export function multiply<Values>(
  products: Products<Values>,
  layer: WeightedLayer,
  { kernel, bias }: Weights,
  input: Values,
): tf.Tensor {
  switch (layer.type) {
    case "linear":
      return products.linear(input, kernel as tf.Tensor2D, bias);
    case "depthwise":
      return products.depthwise(input, kernel as tf.Tensor4D, bias);
    case "patches":
      return ofPatches(input as tf.Tensor4D, kernel as tf.Tensor4D, bias);
    case "conv":
      return products.conv(input, kernel as tf.Tensor4D, bias);
  }
}

/** The image is no spikes, whatever the others receive. */
function ofPatches(image: tf.Tensor4D, kernel: tf.Tensor4D, bias?: tf.Tensor1D): tf.Tensor4D {
  const y = tf.conv2d(image, kernel, kernel.shape[0], "valid");
  return bias === undefined ? y : tf.add(y, bias);
}

/** What a layer multiplies with ([kernel, kernel, C, F], or [in, F]) and adds ([F]). */
export interface Weights {
  kernel: tf.Tensor;
  bias: tf.Tensor1D | undefined;
}

/** What a layer multiplies with and adds, norm aside: its own, or another layer's that it uses. */
export function weightsOf(network: Network, layer: WeightedLayer): Weights {
  const { kernel, bias } = ownedWeights(network, layer);
  return { kernel: atEveryPosition(layer, kernel), bias };
}

/** The parameters behind them. */
function ownedWeights(network: Network, { owner, bias }: WeightedLayer): Weights {
  return {
    kernel: parameterValue(network, `${owner}.kernel`),
    bias: bias ? parameterValue<tf.Tensor1D>(network, `${owner}.bias`) : undefined,
  };
}

/** A kernel of the layer's shape as it multiplies: one that sums over positions has the same rows for every one of them. */
export function atEveryPosition(layer: WeightedLayer, kernel: tf.Tensor): tf.Tensor {
  if (layer.type !== "linear" || !layer.summed) return kernel;
  const positions = layer.input.slice(0, -1).reduce((product, axis) => product * axis, 1);
  // Not tf.tile, whose gradient takes a slice and a sum for every position.
  const [rows, columns] = kernel.shape as [number, number];
  return tf.reshape(tf.add(tf.zeros([positions, 1, 1]), kernel), [positions * rows, columns]);
}

/** In mode "frozen" the weights of every layer, its norm inside; else nothing. */
export function foldedWeights(
  network: Network,
  life: Life,
  mode: NormMode,
  biasSteps = 1,
): ReadonlyMap<string, Weights> | undefined {
  return mode === "frozen" ? foldNorms(network, life, biasSteps) : undefined;
}

/** The weights of every layer with weights, its frozen norm inside; `biasSteps` as in `foldLayer`. */
export function foldNorms(network: Network, life: Life, biasSteps = 1): ReadonlyMap<string, Weights> {
  return new Map(
    network.layers.filter(hasWeights).map((
      layer,
    ) => [layer.name, foldLayer(network, layer, life, biasSteps)]),
  );
}

/** A layer's weights, its frozen norm inside. What is added is a share of itself where it is spread over several steps. */
export function foldLayer(network: Network, layer: WeightedLayer, life: Life, biasSteps = 1): Weights {
  const { kernel, bias } = spreadBias(foldOwned(network, layer, life), biasSteps);
  return { kernel: atEveryPosition(layer, kernel), bias };
}

/** The parameters that a layer uses, its frozen norm inside. */
export function foldOwned(network: Network, layer: WeightedLayer, life: Life): Weights {
  const weights = ownedWeights(network, layer);
  if (!layer.norm) return weights;
  const norm = `${layer.name}.norm`;
  return foldNorm(
    weights,
    frozenNorm(normParameters(network, norm), normStatistics(network, life, norm)),
  );
}

/** The share of what is added that one of several steps adds. */
export function spreadBias({ kernel, bias }: Weights, steps: number): Weights {
  return { kernel, bias: bias === undefined || steps === 1 ? bias : tf.div<tf.Tensor1D>(bias, steps) };
}

/** (conv(x, kernel) + bias) * scale + shift = conv(x, kernel * scale) + (bias * scale + shift). */
export function foldNorm(
  { kernel, bias }: Weights,
  { scale, shift }: { scale: tf.Tensor1D; shift: tf.Tensor1D },
): Weights {
  return {
    kernel: tf.mul(kernel, scale),
    bias: bias === undefined ? shift : tf.add<tf.Tensor1D>(tf.mul(bias, scale), shift),
  };
}
