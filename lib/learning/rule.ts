import type { Life } from "../models/network.ts";
import type { Model } from "../models/model.ts";
import type { Network } from "../models/parameters.ts";
import type { NormMode } from "../ops/batch_norm.ts";
import type { tf } from "../ops/tensorflow.ts";
import type { Simulation, SimulationOptions } from "../spiking/simulation.ts";
import type { Gradients } from "./optimiser.ts";

/** A batch in tensors. */
export interface Batch {
  /** [N, H, W, C], in [0, 1] or normalised. */
  images: tf.Tensor4D;
  /** Probability of each class, [N, classes]: one-hot labels, or smoothed and mixed ones. */
  targets: tf.Tensor2D;
}

/** What one step over a batch yields, before the optimiser. The caller disposes of the tensors. */
export interface StepResult {
  loss: tf.Scalar;
  /** Outputs of the trained life, [N, classes]. */
  output: tf.Tensor2D;
  gradients: Gradients;
}

/** How a model is read: its lives, their outputs and what they cost. */
export interface Reader<ModelType extends Model = Network> {
  readonly name: string;
  /** The lives that a run reports on; the first is the one that it is judged by. */
  readonly lives: readonly [Life, ...Life[]];
  /** Outputs [N, classes] of the artificial life with frozen statistics; absent where there is none. */
  outputs?(model: ModelType, images: tf.Tensor4D): tf.Tensor2D;
  /** The spiking life; absent where there is none. */
  readonly spiking?: SpikingLife<ModelType>;
  loss(output: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar;
}

/** What one step does with a batch, and how its model is read. */
export interface LearningRule<ModelType extends Model = Network> extends Reader<ModelType> {
  step(model: ModelType, batch: Batch, mode: NormMode): StepResult;
}

/** How a rule's spiking life is run and read. */
export interface SpikingLife<ModelType extends Model = Network> {
  /** Time steps in training. */
  readonly T: number;
  /** Simulates with frozen statistics, over `T` steps unless told otherwise. */
  simulate(
    model: ModelType,
    images: tf.Tensor4D,
    options?: Partial<Pick<SimulationOptions, "T" | "membranes" | "onSpikes" | "onPooled">>,
  ): Simulation;
  /** What enters the loss: spike counts, or something made of them, [N, classes]. */
  output(simulation: Simulation): tf.Tensor2D;
}
