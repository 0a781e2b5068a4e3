/** What `fit` says after each step: enough for a progress bar with an estimate of the time left. */
export interface Progress {
  /** The run's row, e.g. "proxy-k1". */
  run: string;
  /** "convert" measures an ANN's activations; "report" is the last look at a trained model; a run ends "done" or "diverged". */
  phase: "train" | "convert" | "evaluate" | "report" | "done" | "diverged";
  /** The epoch under way, from 1; 0 where nothing has been trained. */
  epoch: number;
  epochs: number;
  /** Steps done in this phase of this epoch. */
  step: number;
  steps: number;
  /** Mean loss and accuracy (fraction) over the epoch's batches so far; these and what follows are NaN while unknown. */
  loss: number;
  accuracy: number;
  imagesPerSecond: number;
  /** Estimated seconds to the end of the run. */
  secondsLeft: number;
}

export type OnProgress = (progress: Progress) => void | Promise<void>;
