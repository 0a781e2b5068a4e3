import type { Network } from "../models/parameters.ts";
import { DENSE, weightedInput, type WeightedLayer } from "../models/weighted_input.ts";
import type { NormMode } from "../ops/batch_norm.ts";
import { surrogateIf, type SurrogateNeuron } from "../ops/surrogate_if.ts";
import { tf } from "../ops/tensorflow.ts";
import { overSteps } from "./over_steps.ts";
import { firstLayer } from "./simulate.ts";

/**
 * The spiking life, differentiable in the parameters through a surrogate derivative: layer after layer, each over all
 * T steps, which equals step after step because a layer's spikes depend on earlier layers only. The membranes and
 * spikes of all steps are kept for the way back, so memory grows with T. Images [N, H, W, C] -> spikes of the last
 * layer [T, N, classes]. Batch statistics are taken (and moved) once in the first layer, at every step in later ones.
 */
export function surrogateForward(
  network: Network,
  images: tf.Tensor4D,
  { T, surrogate, mode }: { T: number; surrogate: SurrogateNeuron; mode: NormMode },
): tf.Tensor3D {
  const weighted = weightedInput(network, "snn", mode, DENSE);
  const first = firstLayer(network);
  const fire = (currents: tf.Tensor) => surrogateIf(currents, T, surrogate);
  let spikes = fire(tf.expandDims(weighted(first, images))); // [T, N, ..., F]
  for (const layer of network.layers) {
    if (layer === first) continue;
    if (layer.type === "maxpool") spikes = overSteps(spikes, (steps) => pool(steps, layer.size));
    else if (hasBatchStatistics(layer, mode)) {
      spikes = fire(tf.stack(tf.unstack(spikes).map((step) => weighted(layer, step))));
    } else spikes = fire(overSteps(spikes, (steps) => weighted(layer, steps)));
  }
  return spikes as tf.Tensor3D; // [T, N, classes]
}

function hasBatchStatistics(layer: WeightedLayer, mode: NormMode): boolean {
  return mode === "train" && layer.type === "conv" && layer.norm;
}

function pool(images: tf.Tensor, size: number): tf.Tensor {
  return tf.maxPool(images as tf.Tensor4D, size, size, "valid");
}
