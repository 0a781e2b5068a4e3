import type { Life } from "../models/network.ts";
import type { Network } from "../models/parameters.ts";
import type { NormMode } from "../models/weighted_input.ts";
import type { tf } from "../ops/tensorflow.ts";
import type { Simulation, SimulationOptions } from "../spiking/simulate.ts";
import type { Gradients } from "./optimiser.ts";

/** A batch of images [N, H, W, C] in [0, 1] and their labels as one-hot rows [N, classes]. */
export interface Batch {
  images: tf.Tensor4D;
  oneHot: tf.Tensor2D;
}

/** What one step over a batch yields, before the optimiser. The caller disposes of the tensors. */
export interface StepResult {
  loss: tf.Scalar;
  /** Outputs of the trained life, [N, classes]. */
  output: tf.Tensor2D;
  gradients: Gradients;
}

/** How a network is read: its lives, their outputs and what they cost. */
export interface Reader {
  readonly name: string;
  /** The lives that a run reports on; the first is the one whose output enters the loss. */
  readonly lives: readonly [Life, ...Life[]];
  /** Outputs [N, classes] of the artificial life with frozen statistics; absent where there is none. */
  outputs?(network: Network, images: tf.Tensor4D): tf.Tensor2D;
  /** The spiking life; absent where there is none. */
  readonly spiking?: SpikingLife;
  loss(output: tf.Tensor2D, oneHot: tf.Tensor2D): tf.Scalar;
}

/** What one step does with a batch, and how its network is read. */
export interface LearningRule extends Reader {
  step(network: Network, batch: Batch, mode: NormMode): StepResult;
}

/** How a rule's spiking life is run and read. */
export interface SpikingLife {
  /** Time steps in training. */
  readonly T: number;
  /** Simulates with frozen statistics, over `T` steps unless told otherwise. */
  simulate(
    network: Network,
    images: tf.Tensor4D,
    options?: Partial<Pick<SimulationOptions, "T" | "onSpikes">>,
  ): Simulation;
  /** What enters the loss: spike counts, or something made of them, [N, classes]. */
  output(simulation: Simulation): tf.Tensor2D;
}
