import type { Life } from "../models/network.ts";
import type { Shares } from "../spiking/readout.ts";

/** Scores over a set of images: the mean loss, and shares of images in [0, 1]. */
export interface Score extends Shares {
  loss: number;
}

/** Scores of each life, and how the spiking one behaves. */
export interface Evaluation {
  evaluation: Partial<Record<Life, Score>>;
  /** SNN only: spikes per neuron and time step of each layer (before pooling). */
  rates?: Record<string, number>;
  /** With both lives: share of images on which they predict the same class. */
  agreement?: number;
}

/** One line per finished epoch. */
export interface EpochLine extends Evaluation {
  /** Finished epochs, from 1. */
  epoch: number;
  /** Learning rate of the epoch's last step. */
  learningRate: number;
  /** Means over the epoch's training batches, of the life whose output enters the loss. */
  train: { loss: number; accuracy: number };
}

/** Why a run ended before its last epoch. */
export interface Divergence {
  epoch: number;
  /** Step within the epoch, from 1. */
  step: number;
  /** "loss", or the parameter whose gradient is not finite. */
  what: string;
  value: string;
}
