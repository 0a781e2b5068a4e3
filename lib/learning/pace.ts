import type { BatchSource } from "../data/batches.ts";
import type { OnProgress } from "./progress.ts";

interface PaceOptions {
  name: string;
  epochs: number;
  /** The last epoch is evaluated, and every so many epochs one. */
  evaluateEvery?: number | undefined;
  training: Pick<BatchSource, "steps">;
  evaluation: Pick<BatchSource, "steps">;
  /** What follows after the last epoch, in passes over the evaluation images. */
  passesAfterwards: number;
  onProgress: OnProgress;
}

type Evaluations = Pick<PaceOptions, "epochs" | "evaluateEvery">;

/** Whether an epoch is followed by an evaluation. */
export function isEvaluatedEpoch(epoch: number, { epochs, evaluateEvery = 1 }: Evaluations): boolean {
  return epoch % evaluateEvery === 0 || epoch === epochs;
}

/** How many epochs up to this one are followed by an evaluation. */
function evaluationsUpTo(epoch: number, { epochs, evaluateEvery = 1 }: Evaluations): number {
  return epoch === epochs ? Math.ceil(epoch / evaluateEvery) : Math.floor(epoch / evaluateEvery);
}

interface Means {
  loss: number;
  accuracy: number;
}

/** Measures how fast steps go in this process and turns that into progress with the time left. */
export class Pace {
  readonly #options: PaceOptions;
  readonly #seconds = { train: 0, evaluate: 0 };
  readonly #batches = { train: 0, evaluate: 0 };
  #images = 0;
  #last = performance.now();

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  async trained(epoch: number, step: number, images: number, means: Means): Promise<void> {
    this.#images += images;
    await this.#report("train", epoch, step, this.#options.training.steps, means);
  }

  async evaluated(epoch: number, done: number, batches: number, means: Means): Promise<void> {
    await this.#report("evaluate", epoch, done, batches, means);
  }

  async #report(
    phase: "train" | "evaluate",
    epoch: number,
    step: number,
    steps: number,
    { loss, accuracy }: Means,
  ) {
    const now = performance.now();
    this.#seconds[phase] += (now - this.#last) / 1000;
    this.#batches[phase]++;
    this.#last = now;
    const { name, epochs, onProgress } = this.#options;
    await onProgress({
      ...{ run: name, phase, epoch, epochs, step, steps, loss, accuracy },
      imagesPerSecond: this.#images / this.#seconds.train,
      secondsLeft: this.#secondsLeft(phase, epoch, step),
    });
  }

  /** Batches left of each kind times the mean time of one; before the first evaluation its pace is training's. */
  #secondsLeft(phase: "train" | "evaluate", epoch: number, step: number): number {
    const { epochs, training, evaluation, passesAfterwards } = this.#options;
    const done = evaluationsUpTo(phase === "train" ? epoch - 1 : epoch, this.#options);
    const evaluations = evaluationsUpTo(epochs, this.#options) - done + passesAfterwards;
    const left = {
      train: (epochs - epoch) * training.steps + (phase === "train" ? training.steps - step : 0),
      evaluate: evaluations * evaluation.steps + (phase === "train" ? 0 : evaluation.steps - step),
    };
    const train = this.#seconds.train / this.#batches.train;
    const evaluate = this.#batches.evaluate > 0 ? this.#seconds.evaluate / this.#batches.evaluate : train;
    return left.train * train + left.evaluate * evaluate;
  }
}
