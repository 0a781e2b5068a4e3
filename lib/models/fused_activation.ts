import { convBiasRelu, convNorm } from "../ops/conv_layer.ts";
import type { NormMode, NormOfBatch } from "../ops/batch_norm.ts";
import type { tf } from "../ops/tensorflow.ts";
import type { Network } from "./parameters.ts";
import type { WeightedLayer } from "./network.ts";
import { type Weights, weightsOf } from "./weighted_input.ts";

/** A layer with its ReLU, which the last one does not have. */
export type Activation = (layer: WeightedLayer, x: tf.Tensor) => tf.Tensor;

/** What activations are made with. */
export interface Activated {
  network: Network;
  mode: NormMode;
  /** Weights with frozen norms inside, by layer; absent where norms train. */
  folded: ReadonlyMap<string, Weights> | undefined;
  /** What a layer's norm learns, with the running statistics that it moves, if any. */
  normOf: (layer: string) => NormOfBatch;
}

/**
 * Activations by native kernels: convolution, norm or bias, and ReLU are one node of the tape, which keeps less for the
 * gradients and takes fewer passes. `plain` does what is no such layer.
 */
export function fusedActivation({ network, mode, folded, normOf }: Activated, plain: Activation): Activation {
  const [first, last] = [network.layers[0], network.layers.at(-1)];
  return (layer, x) => {
    if (layer === last || layer.type !== "conv") return plain(layer, x);
    const image = x as tf.Tensor4D;
    const { kernel, bias } = folded?.get(layer.name) ?? {};
    if (bias !== undefined) return convBiasRelu(image, kernel as tf.Tensor4D, bias, layer === first);
    if (folded !== undefined || layer.bias || !layer.norm) return plain(layer, x);
    const weights = weightsOf(network, layer).kernel as tf.Tensor4D;
    return convNorm(image, weights, normOf(layer.name), mode, { relu: true, first: layer === first });
  };
}
