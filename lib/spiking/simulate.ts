import { neuronCounts } from "../models/network.ts";
import type { Network } from "../models/parameters.ts";
import type { WeightedLayer } from "../models/weighted_input.ts";
import type { NormMode } from "../ops/batch_norm.ts";
import { usesNativeKernels } from "../ops/kernels.ts";
import type { IfNeuron } from "../ops/if_neuron.ts";
import { tf } from "../ops/tensorflow.ts";
import { simulateByLayer } from "./by_layer.ts";
import { simulateByStep } from "./by_step.ts";
import { FLOAT_SPIKES, PACKED_SPIKES } from "./spike_operations.ts";

export interface SimulationOptions {
  T: number;
  neuron: IfNeuron;
  /** Batch statistics (moved once by the first layer, T times by later ones) or frozen ones. */
  mode: NormMode;
  /** Gets the spikes of every neuron layer, floats [T, N, ...] before pooling; they live until it returns. */
  onSpikes?: (layer: string, spikes: tf.Tensor) => void;
  /** Gets the spikes that are left behind every pooling layer at each step, of all images. */
  onPooled?: (layer: string, totals: number[]) => void;
}

/** What a network did over T steps. */
export interface Simulation {
  /** Spike counts after T steps, [N, classes]. */
  counts: tf.Tensor2D;
  /** Spikes of the last layer at every step, [T, N, classes]. */
  outputs: tf.Tensor3D;
  /** Spikes of all neurons of a layer at each step, before pooling; by layer, in order. */
  totals: ReadonlyMap<string, number[]>;
  /** Neurons of each layer, for one image. */
  neurons: ReadonlyMap<string, number>;
}

/** Spikes of the last layer, [T, N, classes], and the totals. */
export type Outputs = Pick<Simulation, "outputs" | "totals">;

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
    return { outputs: result.outputs, counts: tf.sum(result.outputs, 0) as tf.Tensor2D };
  });
  return { ...tensors, totals, neurons: neuronCounts(network.spec) };
}

function outputsOf(network: Network, images: tf.Tensor4D, options: SimulationOptions): Outputs {
  if (!usesNativeKernels()) return simulateByStep(network, images, options, FLOAT_SPIKES);
  if (options.mode === "train") return simulateByStep(network, images, options, PACKED_SPIKES);
  return simulateByLayer(network, images, options);
}

/** The layer that sees the images. */
export function firstLayer(network: Network): WeightedLayer {
  const [first] = network.layers;
  if (first === undefined || first.type === "maxpool") {
    throw new Error("The first layer must be conv or linear.");
  }
  return first;
}
