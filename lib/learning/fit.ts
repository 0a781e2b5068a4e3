import type { BatchSource, HostBatch } from "../data/batches.ts";
import type { PrefetchedSource } from "../data/workers/prefetched.ts";
import { tf } from "../ops/tensorflow.ts";
import { type Model, modelVariables } from "../models/model.ts";
import { readOutputs } from "../spiking/readout.ts";
import { evaluate } from "./evaluate.ts";
import { checkFinite, checkTensors, divergenceOf } from "./finite.ts";
import { Interruptible } from "./interrupt.ts";
import type { Divergence, EpochLine, Evaluation } from "./metrics.ts";
import type { Optimiser } from "./optimiser.ts";
import { isEvaluatedEpoch, Pace } from "./pace.ts";
import type { OnProgress, Progress } from "./progress.ts";
import type { LearningRule } from "./rule.ts";
import type { Schedule } from "./schedule.ts";
import { toTensors } from "./tensors.ts";

export interface FitOptions<ModelType extends Model = Model> {
  /** Shown in progress, e.g. the row of the table; "training" where it is not given. */
  name?: string;
  model: ModelType;
  rule: LearningRule<ModelType>;
  optimiser: Optimiser;
  schedule: Schedule;
  training: BatchSource | PrefetchedSource;
  evaluation: BatchSource;
  epochs: number;
  /** Epochs already finished, from a checkpoint; 0 where it is not given. */
  finished?: number;
  /** Epochs with batch statistics; from then on norms are frozen. They never freeze where it is not given. */
  freezeNormAfter?: number;
  /** The last epoch is evaluated, and every so many epochs one; every epoch where it is not given. */
  evaluateEvery?: number | undefined;
  /** What stops the training; where it is not given, Ctrl+C and a notebook's stop button do. */
  interruptible?: Interruptible;
  /**
   * Work of the caller's after the last epoch, in passes over the evaluation images; it enters the estimate of the time left.
   * Where it is not given nothing follows, and the progress ends with "done" or "diverged".
   */
  passesAfterwards?: number;
  onProgress?: OnProgress;
  /** Called after every epoch with its line and how long its training took; saves the checkpoint. */
  onEpoch?: (line: EpochLine, took: Took) => void | Promise<void>;
}

/** What came of a training. */
export interface Fitted {
  /** A line for each epoch that was trained here. */
  curve: EpochLine[];
  /** What was not finite, and where; absent where all was. */
  divergence?: Divergence;
}

const DEFAULTS = {
  name: "training",
  finished: 0,
  freezeNormAfter: Infinity,
  passesAfterwards: 0,
  onProgress: () => {},
  onEpoch: () => {},
};

type Chosen<ModelType extends Model> =
  & FitOptions<ModelType>
  & Required<Pick<FitOptions, keyof typeof DEFAULTS | "interruptible">>;

/** Seconds of an epoch's training, and of waiting for its batches among them. */
export interface Took {
  training: number;
  waiting: number;
}

/** Where a run is: the epoch, and the step within it, both from 1. */
type Place = Pick<Divergence, "epoch" | "step">;

/**
 * The one training loop: trains `model` by `rule` up to `epochs`, epoch by epoch. Whatever is not finite (loss, output,
 * gradient; after every epoch the parameters, running statistics and optimiser's state; all that is evaluated) ends it and
 * is returned. An interruption is thrown; the unfinished epoch is lost, finished ones are in the caller's checkpoint.
 *
 * ```ts
 * import { loadDataset, orderedBatches, shuffledBatches, slice } from "weightshare/data";
 * import { Adam, constantSchedule, fit, proxyRule } from "weightshare/learning";
 * import { createNetwork, layersOf } from "weightshare/models";
 *
 * const { train, test, shape } = loadDataset("fashion-mnist");
 * const model = createNetwork({ input: shape, layers: layersOf("8C3-P2-8C3-P2-10") }, 1);
 * const neuron = { threshold: 1, reset: "hard", initialMembrane: 0 } as const;
 * const { curve } = await fit({
 *   model,
 *   rule: proxyRule({ T: 8, neuron, output: "count", target: 2 }),
 *   optimiser: new Adam({ beta1: 0.8, beta2: 0.99, epsilon: 1e-8, weightDecay: 0 }),
 *   schedule: constantSchedule(1e-3),
 *   training: shuffledBatches(slice(train, 0, 200), shape, { batch: 50, seed: 1, augmentation: "none" }),
 *   evaluation: orderedBatches(slice(test, 0, 100), shape, 100),
 *   epochs: 1,
 * });
 * console.log(curve.at(-1)?.evaluation?.snn?.argmax);
 * ```
 */
export async function fit<ModelType extends Model>(options: FitOptions<ModelType>): Promise<Fitted> {
  const { interruptible = new Interruptible(), onProgress = DEFAULTS.onProgress } = options;
  let latest: Progress | undefined;
  const watch: OnProgress = (progress) => onProgress(latest = progress);
  try {
    const fitted = await fitEpochs({ ...DEFAULTS, ...options, interruptible, onProgress: watch });
    if (latest !== undefined && options.passesAfterwards === undefined) {
      await onProgress({
        ...latest,
        phase: fitted.divergence === undefined ? "done" : "diverged",
        secondsLeft: 0,
      });
    }
    return fitted;
  } finally {
    if (options.interruptible === undefined) interruptible.release();
  }
}

async function fitEpochs<ModelType extends Model>(options: Chosen<ModelType>): Promise<Fitted> {
  const pace = new Pace(options);
  const place: Place = { epoch: options.finished + 1, step: 0 };
  const curve: EpochLine[] = [];
  try {
    for (; place.epoch <= options.epochs; place.epoch++) curve.push(await fitEpoch(options, place, pace));
  } catch (error) {
    return { curve, divergence: divergenceOf(error, place) };
  }
  return { curve };
}

async function fitEpoch<ModelType extends Model>(
  options: Chosen<ModelType>,
  place: Place,
  pace: Pace,
): Promise<EpochLine> {
  const { model, optimiser } = options;
  const { took, learningRate, ...train } = await trainEpoch(options, place, pace);
  checkTensors(modelVariables(model), "value");
  checkTensors(optimiser.variables(), "value");
  const { epoch } = place;
  const evaluation = isEvaluatedEpoch(epoch, options) ? await evaluateEpoch(options, epoch, train, pace) : {};
  const line: EpochLine = { epoch, learningRate, train, ...evaluation };
  await options.onEpoch(line, took);
  return line;
}

async function evaluateEpoch<ModelType extends Model>(
  { model, rule, evaluation, interruptible }: Chosen<ModelType>,
  epoch: number,
  train: EpochLine["train"],
  pace: Pace,
): Promise<Evaluation> {
  return await evaluate(model, rule, evaluation, async (done, batches) => {
    await pace.evaluated(epoch, done, batches, train);
    await interruptible.throwIfStopped();
  });
}

/** What an epoch's training yields; `learningRate` is that of its last step. */
type Trained = EpochLine["train"] & Pick<EpochLine, "learningRate"> & { took: Took };

async function trainEpoch<ModelType extends Model>(
  options: Chosen<ModelType>,
  place: Place,
  pace: Pace,
): Promise<Trained> {
  const { training, schedule, interruptible } = options;
  const { epoch } = place;
  const start = performance.now();
  const sums = { loss: 0, right: 0, images: 0 };
  const means = () => ({ loss: sums.loss / place.step, accuracy: sums.right / sums.images });
  let waited = 0;
  let learningRate = 0;
  for (let step = 0; step < training.steps; step++) {
    place.step = step + 1;
    learningRate = schedule((epoch - 1) * training.steps + step);
    const asked = performance.now();
    const host = await training.batch(epoch, step);
    waited += performance.now() - asked;
    const { loss, right } = trainStep(options, host, epoch, learningRate);
    sums.loss += loss;
    sums.right += right;
    sums.images += host.size;
    await pace.trained(epoch, place.step, training.batchSize, means());
    await interruptible.throwIfStopped();
  }
  const took = { training: (performance.now() - start) / 1000, waiting: waited / 1000 };
  return { ...means(), learningRate, took };
}

/** One step: gradients, a look at whether all is finite, then the optimiser. Returns the loss and how many images are right. */
function trainStep<ModelType extends Model>(
  { model, rule, optimiser, training, freezeNormAfter }: Chosen<ModelType>,
  host: HostBatch,
  epoch: number,
  learningRate: number,
): { loss: number; right: number } {
  return tf.tidy(() => {
    const batch = toTensors(host, training.shape, model.classes);
    const { loss, output, gradients } = rule.step(
      model,
      batch,
      epoch <= freezeNormAfter ? "train" : "frozen",
    );
    const value = loss.dataSync()[0] as number;
    checkFinite(value, "loss");
    checkTensors(gradients, "gradient");
    const right = countRight(output.dataSync() as Float32Array, host);
    optimiser.apply(model.parameters, gradients, learningRate);
    tf.dispose([loss, output, ...gradients.values()]);
    return { loss: value, right };
  });
}

/** Images whose largest output is at a largest entry of their target. */
function countRight(outputs: Float32Array, { labels, size, targets }: HostBatch): number {
  const classes = outputs.length / size;
  const rowOf = (values: Float32Array, row: number) => values.subarray(row * classes, (row + 1) * classes);
  const isRight = (label: number, row: number) => {
    const { prediction } = readOutputs(rowOf(outputs, row), label);
    if (targets === undefined) return prediction === label;
    const target = rowOf(targets, row);
    return target[prediction] === Math.max(...target);
  };
  return Array.from(labels).filter(isRight).length;
}
