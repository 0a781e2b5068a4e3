import type { NormMode } from "../ops/batch_norm.ts";
import type { IfNeuron } from "../ops/if_neuron.ts";
import type { tf } from "../ops/tensorflow.ts";

/** The maximum of spikes at every step ("or"), or the spike of the neuron that has fired most so far ("gated"). */
export const SPIKE_POOLING = ["or", "gated"] as const;

export interface SimulationOptions {
  T: number;
  neuron: IfNeuron;
  /** Batch statistics (moved once by the first layer, T times by later ones) or frozen ones. */
  mode: NormMode;
  /** Steps over which a layer's shift (bias, folded norm) is spread; every step adds the whole of it where absent. Frozen norms only. */
  biasSteps?: number | undefined;
  /** What pooling does with spikes; "or" where absent. */
  pooling?: typeof SPIKE_POOLING[number] | undefined;
  /** Whether the output neurons' membranes are wanted. */
  membranes?: boolean;
  /** Gets the spikes of every neuron layer, floats [T, N, ...] before pooling; they live until it returns. */
  onSpikes?: (layer: string, spikes: tf.Tensor) => void;
  /** Gets what the neurons of every layer hold after each step's reset, floats [T, N, ...], in the threshold's unit; they live until it returns. */
  onMembranes?: (layer: string, membranes: tf.Tensor) => void;
  /** Gets the spikes that are left behind every pooling layer at each step, of all images. */
  onPooled?: (layer: string, totals: number[]) => void;
}

/** What a network did over T steps. */
export interface Simulation {
  /** Spike counts after T steps, [N, classes]. */
  counts: tf.Tensor2D;
  /** Spikes of the last layer at every step, [T, N, classes]. */
  outputs: tf.Tensor3D;
  /** What the output neurons hold after every step, in thresholds, [T, N, classes]; where it was asked for and there are any. */
  membranes?: tf.Tensor3D;
  /** Spikes of all neurons of a layer at each step, before pooling; by layer, in order. */
  totals: ReadonlyMap<string, number[]>;
  /** Neurons of each layer, for one image. */
  neurons: ReadonlyMap<string, number>;
}

/** What the last layer did, and the totals. */
export type Outputs = Pick<Simulation, "outputs" | "membranes" | "totals">;
