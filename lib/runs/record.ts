import type { Divergence, EpochLine, EvaluatedLine, Score } from "../learning/metrics.ts";
import type { Life } from "../models/network.ts";
import type { LayerAgreement } from "../spiking/life_agreement.ts";
import type { Shares } from "../spiking/readout.ts";
import type { Arithmetic } from "./arithmetic.ts";
import type { RunConfig } from "./config/config.ts";
import type { Profile } from "./profile.ts";

export type { Divergence, EpochLine, EvaluatedLine, Life, Score };

/** The version of the record's layout; a record with a higher one was written by a newer weightshare. */
export const RECORD_FORMAT = 1;

/** The scores of the SNN when it is read out after t steps. */
export interface TimeStepScore extends Shares {
  t: number;
  /** With output neurons: argmax of spike count + membrane / threshold. Absent from older records. */
  withMembrane?: number;
}

/** One evaluation image, as the SNN saw it. */
export interface Example {
  /** Index in the evaluation set. */
  index: number;
  label: number;
  /** Spike count per class after T steps. */
  counts: number[];
  /** The image's bytes (H x W x C, row-major), base64. */
  pixels: string;
}

/** Spike trains of some neurons of every layer for one image. */
export interface Raster {
  index: number;
  label: number;
  T: number;
  layers: {
    name: string;
    /** Flat index of each shown neuron within its layer (H x W x C). */
    neurons: number[];
    /** One string per shown neuron: character t is "1" where it fired at step t + 1. */
    spikes: string[];
  }[];
}

/** What the trained SNN does, taken once at the end of a run. */
export interface SpikingReport {
  /** Accuracy of one simulation read out after t = 1, 2, ... steps, up to 2T unless the configuration says otherwise. */
  overTime: TimeStepScore[];
  /** The same on the images that were held out to choose the step; absent where none were. */
  heldOutOverTime?: TimeStepScore[];
  /** How often each evaluation image was simulated for all of `overTime`. Absent from older records. */
  forwardPasses?: number;
  /** Mean spikes of an image at each step, of every layer's neurons and behind every pooling. Absent from older records. */
  spikesPerStep?: Record<string, number[]>;
  /** Spikes per neuron and time step of each layer over the first T steps. */
  rates: Record<string, number>;
  /** Neurons of each layer. */
  neurons: Record<string, number>;
  examples: Example[];
  raster: Raster;
  /** Where there are two lives: firing rates against activations, by layer, on the example images. */
  agreement?: Record<string, LayerAgreement>;
  /**
   * Where there are two lives: the share of values that are not zero in what feeds each layer of the ANN ("image", neurons, behind
   * pooling), on the first batch of evaluated images. Absent from older records.
   */
  density?: Record<string, number>;
}

/** Filters of a depthwise layer. */
export interface Filters {
  name: string;
  /** Side of a filter. */
  size: number;
  /** Filters that the layer has; the first of them are kept. */
  channels: number;
  /** Each filter's values, row by row. */
  filters: number[][];
}

/** What a trained classifier is like, taken once at the end of a run. */
export interface ClassifierReport {
  /** Its score on the first training images as they are, neither augmented nor mixed. */
  training: Score & { images: number };
  filters: Filters[];
}

/** What a run cost. Never compared between runs: it depends on the machine. */
export interface Cost {
  wallSeconds: number;
  /** Training images per second, evaluation excluded. */
  imagesPerSecond: number;
  /** Share of training time spent waiting for batches, whose augmentation runs beside it. Absent from older records. */
  waitingShare?: number;
  /** Largest resident memory of the process, bytes. */
  peakMemory: number;
  /** How many processes took part (1 + resumes). */
  sessions: number;
}

/** Where the numbers come from. */
export interface Provenance extends Session {
  weightshare: string;
  platform: string;
  /** SHA-256 of every data file read. */
  data: Record<string, string>;
  finishedAt: string;
  /** Where the weights were not trained here, by what they were; all else is of the process that measured them here. */
  trainedBy?: { program: string; device: string; precision: string };
  /** Every process that trained an epoch or more, the last one included. Absent from older records. */
  sessions?: TrainingSession[];
  /** SHA-256 of the record's canonical JSON without this field. Absent from older records. */
  sum?: string;
}

/** The file of a run's weights. */
export interface WeightsFile {
  bytes: number;
  sha256: string;
}

/** A process of a run, and how many of its epochs it finished. */
export type TrainingSession = Session & { epochs: number };

type KnownEarlier = "tensorflow" | "kernels" | "cpu" | "threads";

/** One process of a run; of older records no more than TensorFlow, kernels, processor and threads is known. */
export interface Session extends Omit<Partial<Arithmetic>, KnownEarlier>, Pick<Arithmetic, KnownEarlier> {
  runtime: string;
  /** Null where the checkout is no clone, or git cannot tell. */
  gitCommit: string | null;
  /** Whether files that can change numbers differ from the commit. */
  gitDirty: boolean | null;
  startedAt: string;
}

/** The JSON that a finished run leaves. */
export interface RunRecord {
  format: typeof RECORD_FORMAT;
  /** First 16 hexadecimal digits of the SHA-256 of the canonical configuration. */
  hash: string;
  experiment: string;
  /** The row of the experiment's table, e.g. "proxy-k1". */
  row: string;
  profile: Profile;
  /** What this profile reduces against the published recipe; empty for `paper`. */
  reduced: string[];
  config: RunConfig;
  /** "unfinished" only of a run under way that is shown, never of a file. */
  status: "finished" | "diverged" | "unfinished";
  divergence?: Divergence;
  evaluatedOn: "test" | "validation";
  /** Trainable parameters (scalars). */
  parameters: number;
  curve: EpochLine[];
  /** The last evaluated epoch, and the one with the best argmax accuracy (selected on the evaluation images: optimistic). */
  last: EvaluatedLine | null;
  best: EvaluatedLine | null;
  /**
   * Of the last evaluated epoch: which evaluation images each life's argmax was right for, one bit an image, in base64 (see
   * `correctImages`). Absent from older records.
   */
  correct?: Partial<Record<Life, string>>;
  spiking?: SpikingReport;
  classifier?: ClassifierReport;
  /** What the file of the weights beside the record must be. Absent from older records. */
  weights?: WeightsFile;
  cost: Cost;
  provenance: Provenance;
}
