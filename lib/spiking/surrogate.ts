import { checkImages } from "../models/check_images.ts";
import type { NamedLayer } from "../models/network.ts";
import type { Network } from "../models/parameters.ts";
import { firstLayer, hasWeights, walk } from "../models/walk.ts";
import {
  DENSE,
  foldNorms,
  type Products,
  weightedInput,
  type Weights,
  weightsOf,
} from "../models/weighted_input.ts";
import type { NormMode } from "../ops/batch_norm.ts";
import { usesNativeKernels } from "../ops/kernels.ts";
import { learnedSpikeConv, learnedSpikeLinear } from "../ops/learned_spike_products.ts";
import { maxPool } from "../ops/max_pool.ts";
import { filterOfTrains } from "../ops/spikes.ts";
import { surrogateIf, type SurrogateNeuron } from "../ops/surrogate_if.ts";
import { tf } from "../ops/tensorflow.ts";
import { overSteps } from "./over_steps.ts";
import { surrogateOnBits } from "./surrogate_on_bits.ts";

/** Products with spikes as floats, by events where there are native kernels. */
const SPIKES: Products<tf.Tensor> = {
  conv(spikes, filter, bias) {
    const image = spikes as tf.Tensor4D;
    return learnedSpikeConv(image, filterOfTrains(filter, image.shape[3]), bias);
  },
  depthwise: DENSE.depthwise,
  linear(spikes, weights, bias) {
    const rows = tf.reshape(spikes, [spikes.shape[0] as number, weights.shape[0]]) as tf.Tensor2D;
    return learnedSpikeLinear(rows, weights, bias);
  },
};

/**
 * The spiking life, differentiable in the parameters through a surrogate derivative: layer after layer, each over all
 * T steps, which equals step after step because a layer's spikes depend on earlier layers only. The currents and
 * spikes of all steps are kept for the way back, so memory grows with T. Images [N, H, W, C] -> spikes of the last
 * layer [T, N, classes]. Batch statistics are taken (and moved) once in the first layer, at every step in later ones.
 */
export function surrogateForward(
  network: Network,
  images: tf.Tensor4D,
  { T, surrogate, mode }: { T: number; surrogate: SurrogateNeuron; mode: NormMode },
): tf.Tensor3D {
  checkImages(network, images);
  const first = firstLayer(network);
  const onBits = !network.layers.some((layer) =>
    hasBatchStatistics(layer, mode) || layer.type === "depthwise"
  );
  if (usesNativeKernels() && onBits) {
    const weights = mode === "frozen" ? foldNorms(network, "snn") : ownWeights(network);
    return surrogateOnBits(network, images, weights, T, surrogate);
  }
  const fire = (currents: tf.Tensor) => surrogateIf(currents, T, surrogate);
  const constant = weightedInput(network, "snn", mode, DENSE)(first, images);
  const weighted = weightedInput(network, "snn", mode, usesNativeKernels() ? SPIKES : DENSE);
  return walk<tf.Tensor>(network.layers, {
    first: () => fire(tf.expandDims(constant)), // [T, N, ..., F]
    pool: ({ size }, spikes) => overSteps(spikes, (steps) => maxPool(steps as tf.Tensor4D, size)),
    weighted(layer, spikes) {
      const currents = hasBatchStatistics(layer, mode)
        ? tf.stack(tf.unstack(spikes).map((step) => weighted(layer, step)))
        : overSteps(spikes, (steps) => weighted(layer, steps));
      return fire(currents);
    },
    join: (received, own) => usesNativeKernels() ? tf.concat([received, own], -1) : tf.add(received, own),
  }) as tf.Tensor3D; // [T, N, classes]
}

function hasBatchStatistics(layer: NamedLayer, mode: NormMode): boolean {
  return mode === "train" && hasWeights(layer) && layer.norm;
}

function ownWeights(network: Network): ReadonlyMap<string, Weights> {
  const weighted = network.layers.filter(hasWeights);
  return new Map(weighted.map((layer) => [layer.name, weightsOf(network, layer)]));
}
