import { batchNormTrain, frozenNorm } from "../ops/batch_norm.ts";
import { tf } from "../ops/tensorflow.ts";
import type { Life, NamedLayer } from "./network.ts";
import { type Network, normParameters, normStatistics, parameterValue } from "./parameters.ts";

/** Whether batch norm uses (and moves) the batch's statistics or the frozen running ones. */
export type NormMode = "train" | "frozen";

/** A layer with weights. */
export type WeightedLayer = Exclude<NamedLayer, { type: "maxpool" }>;

/** What a layer's neurons receive: conv + norm, or matrix product, of the layer's input. */
export type WeightedInput<Values> = (layer: WeightedLayer, input: Values) => tf.Tensor;

/** Products of a layer's weights with its input, in the form the input has. */
export interface Products<Values> {
  /** Input [N, H, W, C], filter [kernel, kernel, C, F], bias [F] -> [N, H, W, F]; stride 1, "same". */
  conv(input: Values, filter: tf.Tensor4D, bias?: tf.Tensor1D): tf.Tensor4D;
  /** Input [N, ...] with as many values as weights have rows -> [N, F]. */
  linear(input: Values, weights: tf.Tensor2D): tf.Tensor2D;
}

/** Products with floats. */
export const DENSE: Products<tf.Tensor> = {
  conv(input, filter, bias) {
    const x = input as tf.Tensor4D;
    if (bias === undefined) return tf.conv2d(x, filter, 1, "same");
    return tf.fused.conv2d({ x, filter, bias, strides: 1, pad: "same" });
  },
  linear(input, weights) {
    return tf.matMul(tf.reshape(input, [input.shape[0] as number, weights.shape[0]]) as tf.Tensor2D, weights);
  },
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
): WeightedInput<Values> {
  const folded = mode === "frozen" ? foldNorms(network, life) : new Map<string, FoldedConv>();
  return (layer, input) => {
    const kernel = parameterValue(network, `${layer.name}.kernel`);
    if (layer.type === "linear") return products.linear(input, kernel as tf.Tensor2D);
    const conv = folded.get(layer.name);
    if (conv !== undefined) return products.conv(input, conv.filter, conv.bias);
    const product = products.conv(input, kernel as tf.Tensor4D);
    if (!layer.norm) return product;
    const norm = `${layer.name}.norm`;
    return batchNormTrain(product, normParameters(network, norm), normStatistics(network, life, norm));
  };
}

/** A convolution with its frozen norm inside. */
export interface FoldedConv {
  filter: tf.Tensor4D;
  bias: tf.Tensor1D;
}

/** conv(x, kernel) * scale + shift = conv(x, kernel * scale) + shift, for every convolution with a norm. */
export function foldNorms(network: Network, life: Life): Map<string, FoldedConv> {
  const folded = new Map<string, FoldedConv>();
  for (const layer of network.layers) {
    if (layer.type !== "conv" || !layer.norm) continue;
    const norm = `${layer.name}.norm`;
    const { scale, shift } = frozenNorm(normParameters(network, norm), normStatistics(network, life, norm));
    const kernel = parameterValue<tf.Tensor4D>(network, `${layer.name}.kernel`);
    folded.set(layer.name, { filter: tf.mul(kernel, scale), bias: shift });
  }
  return folded;
}
