import type { Norm, NormMode } from "../ops/batch_norm.ts";
import { usesNativeKernels } from "../ops/kernels.ts";
import { maxPool } from "../ops/max_pool.ts";
import { relu } from "../ops/relu.ts";
import { tf } from "../ops/tensorflow.ts";
import { checkImages } from "./check_images.ts";
import { type Activation, fusedActivation } from "./fused_activation.ts";
import { type Network, normParameters, normStatistics } from "./parameters.ts";
import { walk } from "./walk.ts";
import { DENSE, foldedWeights, weightedInput } from "./weighted_input.ts";

/**
 * The artificial life: ReLU after every layer but the last. Differentiable in the parameters.
 * Images [N, H, W, C] in [0, 1] -> outputs [N, classes]. `onWeighted` gets each layer's weighted input, before ReLU.
 * Throws a UsageError for images of another size.
 *
 * ```ts
 * import { annForward, createNetwork, fashionNetwork } from "weightshare/models";
 * import { tf } from "weightshare/ops";
 *
 * const network = createNetwork(fashionNetwork(1 / 16), 1);
 * const outputs = annForward(network, tf.zeros([2, 28, 28, 1]), "frozen");
 * console.log(outputs.shape); // [ 2, 10 ]
 * ```
 */
export function annForward(
  network: Network,
  images: tf.Tensor4D,
  mode: NormMode,
  onWeighted?: (layer: string, z: tf.Tensor) => void,
): tf.Tensor2D {
  checkImages(network, images);
  const folded = foldedWeights(network, "ann", mode);
  const plain = plainActivation(network, mode, folded, onWeighted);
  const activation = onWeighted === undefined && usesNativeKernels()
    ? fusedActivation({ network, mode, folded, normOf: (layer) => normOf(network, layer) }, plain)
    : plain;
  return walk<tf.Tensor>(network.layers, {
    first: (layer) => activation(layer, images), // [N, H, W, C]
    pool: ({ size }, x) => maxPool(x as tf.Tensor4D, size),
    weighted: activation,
    join: (received, own) => tf.add(received, own),
  }) as tf.Tensor2D; // [N, classes]
}

type Folded = ReturnType<typeof foldedWeights>;

function plainActivation(
  network: Network,
  mode: NormMode,
  folded: Folded,
  onWeighted: (layer: string, z: tf.Tensor) => void = () => {},
): Activation {
  const weighted = weightedInput(network, "ann", mode, DENSE, folded);
  return (layer, x) => {
    const z = weighted(layer, x);
    onWeighted(layer.name, z);
    return layer === network.layers.at(-1) ? z : relu(z);
  };
}

function normOf(network: Network, layer: string): Norm {
  const norm = `${layer}.norm`;
  return { ...normParameters(network, norm), ...normStatistics(network, "ann", norm) };
}
