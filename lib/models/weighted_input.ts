import { batchNormTrain, frozenNorm } from "../ops/batch_norm.ts";
import { tf } from "../ops/tensorflow.ts";
import type { Life, NamedLayer } from "./network.ts";
import { type Network, normParameters, normStatistics, parameterValue } from "./parameters.ts";

/** Whether batch norm uses (and moves) the batch's statistics or the frozen running ones. */
export type NormMode = "train" | "frozen";

/** What a layer's neurons receive: conv + norm, or matrix product, of the layer's input. */
export type WeightedInput = (layer: Exclude<NamedLayer, { type: "maxpool" }>, input: tf.Tensor) => tf.Tensor;

/**
 * The weighted input of every layer, the part that both lives have in common: the ANN puts ReLU on it, the SNN takes
 * it as current. With frozen statistics the norm is folded into the kernel, once however often the layer is used.
 */
export function weightedInput(network: Network, life: Life, mode: NormMode): WeightedInput {
  const folded = mode === "frozen" ? foldNorms(network, life) : new Map<string, FoldedConv>();
  return (layer, input) => {
    if (layer.type === "linear") {
      const flat = tf.reshape(input, [input.shape[0] as number, layer.kernel[0]]) as tf.Tensor2D;
      return tf.matMul(flat, kernelOf<tf.Tensor2D>(network, layer));
    }
    const x = input as tf.Tensor4D;
    const conv = folded.get(layer.name);
    if (conv !== undefined) return tf.fused.conv2d({ x, ...conv, strides: 1, pad: "same" });
    const product = tf.conv2d(x, kernelOf<tf.Tensor4D>(network, layer), 1, "same");
    if (!layer.norm) return product;
    const norm = `${layer.name}.norm`;
    return batchNormTrain(product, normParameters(network, norm), normStatistics(network, life, norm));
  };
}

interface FoldedConv {
  filter: tf.Tensor4D;
  bias: tf.Tensor1D;
}

/** conv(x, kernel) * scale + shift = conv(x, kernel * scale) + shift. */
function foldNorms(network: Network, life: Life): Map<string, FoldedConv> {
  const folded = new Map<string, FoldedConv>();
  for (const layer of network.layers) {
    if (layer.type !== "conv" || !layer.norm) continue;
    const norm = `${layer.name}.norm`;
    const { scale, shift } = frozenNorm(normParameters(network, norm), normStatistics(network, life, norm));
    folded.set(layer.name, { filter: tf.mul(kernelOf<tf.Tensor4D>(network, layer), scale), bias: shift });
  }
  return folded;
}

function kernelOf<T extends tf.Tensor>(network: Network, layer: NamedLayer): T {
  return parameterValue<T>(network, `${layer.name}.kernel`);
}
