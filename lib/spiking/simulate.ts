import { neuronCounts } from "../models/network.ts";
import type { Network } from "../models/parameters.ts";
import { usesNativeKernels } from "../ops/kernels.ts";
import { tf } from "../ops/tensorflow.ts";
import { simulateByLayer } from "./by_layer.ts";
import { simulateByStep } from "./by_step.ts";
import type { Outputs, Simulation, SimulationOptions } from "./simulation.ts";
import { FLOAT_SPIKES, PACKED_SPIKES } from "./spike_operations.ts";

/**
 * The spiking life: IF neurons after every layer, the output layer included. The image is the same at every step, so
 * the first layer's weighted input is computed once. Memory does not grow with T, but for `outputs`. Not
 * differentiable. Images [N, H, W, C] in [0, 1].
 */
export function simulate(network: Network, images: tf.Tensor4D, options: SimulationOptions): Simulation {
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
  if (options.mode === "train") return simulateByStep(network, images, options, PACKED_SPIKES);
  return simulateByLayer(network, images, options);
}
