import type { Life } from "../models/network.ts";
import type { Network } from "../models/parameters.ts";
import type { NormMode } from "../models/weighted_input.ts";
import type { tf } from "../ops/tensorflow.ts";
import type { TimeStep } from "../spiking/simulate.ts";
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

/** What one step does with a batch, and how its network is read. */
export interface LearningRule {
  readonly name: string;
  /** The lives that a run reports on; the first is the one whose output enters the loss. */
  readonly lives: readonly [Life, ...Life[]];
  /** Time steps of the spiking life; undefined where the rule has none. */
  readonly T?: number;
  step(network: Network, batch: Batch, mode: NormMode): StepResult;
  /** Outputs [N, classes] of one life with frozen statistics; `onStep` and `T` reach a spiking life's simulation. */
  outputs(network: Network, life: Life, images: tf.Tensor4D, spiking?: SpikingOptions): tf.Tensor2D;
  loss(output: tf.Tensor2D, oneHot: tf.Tensor2D): tf.Scalar;
}

export interface SpikingOptions {
  /** Simulates another number of steps than in training. */
  T?: number;
  onStep?: (step: TimeStep) => void;
}
