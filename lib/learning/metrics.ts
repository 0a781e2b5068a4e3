import type { Life } from "../models/network.ts";
import type { Shares } from "../spiking/readout.ts";

/** Scores over a set of images: the mean loss, and shares of images in [0, 1]. */
export interface Score extends Shares {
  loss: number;
  /** Of an SNN with output neurons: argmax of spike count + membrane / threshold. Absent from older records. */
  withMembrane?: number;
}

/** Scores of each life, and how the spiking one behaves. */
export interface Evaluation {
  evaluation: Partial<Record<Life, Score>>;
  /** Which images each life's argmax was right for, one bit an image (see `correctImages`); a record has it of its end alone. */
  correct?: Partial<Record<Life, string>>;
  /** SNN only: spikes per neuron and time step of each layer (before pooling). */
  rates?: Record<string, number>;
  /** With both lives: share of images on which they predict the same class. */
  agreement?: number;
}

/** One line per finished epoch; with an evaluation where the epoch had one, as the last always has. */
export interface EpochLine extends Partial<Evaluation> {
  /** Finished epochs, from 1. */
  epoch: number;
  /** Learning rate of the epoch's last step. */
  learningRate: number;
  /**
   * Means over the epoch's training batches, of the life whose output enters the loss. Accuracy is the share of images whose
   * largest output is at a largest entry of their target, which may be smoothed or mixed with another image's: outputs that
   * equal their targets score 1. Of several largest outputs the first counts.
   */
  train: { loss: number; accuracy: number };
}

/** The line of an epoch that was evaluated. */
export type EvaluatedLine = EpochLine & Evaluation;

/** Whether an epoch was evaluated. */
export function isEvaluated(line: EpochLine): line is EvaluatedLine {
  return line.evaluation !== undefined;
}

/** Why a run has no end that counts. */
export interface Divergence {
  epoch: number;
  /** Step within the epoch, from 1; its last one for what was found after it. */
  step: number;
  /** What is not finite: "loss", "gradient of conv1.kernel", "value of conv1.norm.ann.mean" after the epoch. */
  what: string;
  value: string;
}
