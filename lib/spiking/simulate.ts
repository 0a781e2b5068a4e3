import { checkImages } from "../models/check_images.ts";
import { neuronCounts } from "../models/network.ts";
import type { Network } from "../models/parameters.ts";
import { usesNativeKernels } from "../ops/kernels.ts";
import { tf } from "../ops/tensorflow.ts";
import { checkSpiking } from "./check_spiking.ts";
import { simulateByLayer } from "./by_layer.ts";
import { simulateByStep } from "./by_step.ts";
import type { Outputs, Simulation, SimulationOptions } from "./simulation.ts";
import { FLOAT_SPIKES, PACKED_SPIKES } from "./spike_operations.ts";

/**
 * The spiking life: IF neurons after every layer, the output layer included. The image is the same at every step, so
 * the first layer's weighted input is computed once. Memory does not grow with T, but for `outputs`. Not
 * differentiable. Images [N, H, W, C] in [0, 1]. Throws a UsageError for images of another size, and for time steps and
 * neurons that make no sense.
 *
 * ```ts
 * import { loadDataset, orderedBatches, slice } from "weightshare/data";
 * import { toTensors } from "weightshare/learning";
 * import { createNetwork, fashionNetwork } from "weightshare/models";
 * import { simulate } from "weightshare/spiking";
 *
 * const { test, shape, classes } = loadDataset("fashion-mnist");
 * const { images } = toTensors(orderedBatches(slice(test, 0, 4), shape, 4).batch(1, 0), shape, classes.length);
 * const network = createNetwork(fashionNetwork(1 / 16), 1);
 * const neuron = { threshold: 0.2, reset: "hard", initialMembrane: 0 } as const;
 * const { counts, totals } = simulate(network, images, { T: 8, neuron, mode: "frozen" });
 * console.log(counts.shape, totals.get("conv1")); // [ 4, 10 ], and the spikes of conv1 at each step
 * ```
 */
export function simulate(network: Network, images: tf.Tensor4D, options: SimulationOptions): Simulation {
  checkImages(network, images);
  checkSpiking("Simulating", options.T, options.neuron);
  let totals: Simulation["totals"] = new Map();
  const tensors = tf.tidy(() => {
    const result = outputsOf(network, images, options);
    totals = result.totals;
    const { totals: _totals, ...kept } = result;
    return { ...kept, counts: tf.sum(kept.outputs, 0) as tf.Tensor2D };
  });
  return { ...tensors, totals, neurons: neuronCounts(network.spec) };
}

function outputsOf(network: Network, images: tf.Tensor4D, options: SimulationOptions): Outputs {
  if (!usesNativeKernels()) return simulateByStep(network, images, options, FLOAT_SPIKES);
  if (options.onMembranes !== undefined) return simulateByStep(network, images, options, PACKED_SPIKES);
  return simulateByLayer(network, images, options);
}
