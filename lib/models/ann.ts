import { tf } from "../ops/tensorflow.ts";
import type { Network } from "./parameters.ts";
import { DENSE, weightedInput } from "./weighted_input.ts";
import type { NormMode } from "../ops/batch_norm.ts";

/**
 * The artificial life: ReLU after every layer but the last. Differentiable in the parameters.
 * Images [N, H, W, C] in [0, 1] -> outputs [N, classes]. `onWeighted` gets each layer's weighted input, before ReLU.
 */
export function annForward(
  network: Network,
  images: tf.Tensor4D,
  mode: NormMode,
  onWeighted: (layer: string, z: tf.Tensor) => void = () => {},
): tf.Tensor2D {
  const weighted = weightedInput(network, "ann", mode, DENSE);
  const last = network.layers.at(-1);
  let x: tf.Tensor = images; // [N, H, W, C]
  for (const layer of network.layers) {
    if (layer.type === "maxpool") x = tf.maxPool(x as tf.Tensor4D, layer.size, layer.size, "valid");
    else {
      const z = weighted(layer, x);
      onWeighted(layer.name, z);
      x = layer === last ? z : tf.relu(z);
    }
  }
  return x as tf.Tensor2D; // [N, classes]
}
