import type { BatchSource, HostBatch } from "../data/batches.ts";
import type { PrefetchedSource } from "../data/workers/prefetched.ts";
import type { Model } from "../models/model.ts";
import { tf } from "../ops/tensorflow.ts";
import { ShareCounter } from "../spiking/readout.ts";
import { evaluate } from "./evaluate.ts";
import { findNonFinite } from "./finite.ts";
import type { Interruptible } from "./interrupt.ts";
import type { Divergence, EpochLine } from "./metrics.ts";
import type { Optimiser } from "./optimiser.ts";
import { Pace } from "./pace.ts";
import type { OnProgress } from "./progress.ts";
import type { LearningRule } from "./rule.ts";
import type { Schedule } from "./schedule.ts";
import { toTensors } from "./tensors.ts";

export interface FitOptions<ModelType extends Model = Model> {
  /** Shown in progress, e.g. the row of the table. */
  name: string;
  model: ModelType;
  rule: LearningRule<ModelType>;
  optimiser: Optimiser;
  schedule: Schedule;
  training: BatchSource | PrefetchedSource;
  evaluation: BatchSource;
  epochs: number;
  /** Epochs already finished, from a checkpoint. */
  finished: number;
  /** Epochs with batch statistics; from then on norms are frozen. Infinity never freezes. */
  freezeNormAfter: number;
  interruptible: Interruptible;
  /** Work after the last epoch, in passes over the evaluation images; it enters the estimate of the time left. */
  passesAfterwards: number;
  onProgress: OnProgress;
  /** Called after every epoch with its line and how long its training took; saves the checkpoint. */
  onEpoch: (line: EpochLine, took: Took) => void | Promise<void>;
}

/** Seconds of an epoch's training, and of waiting for its batches among them. */
export interface Took {
  training: number;
  waiting: number;
}

/**
 * The one training loop: trains `model` by `rule` up to `epochs`, epoch by epoch. A loss or gradient that is not
 * finite ends it and is returned. An interruption is thrown; the unfinished epoch is lost, finished ones are in the
 * caller's checkpoint.
 */
export async function fit<ModelType extends Model>(
  options: FitOptions<ModelType>,
): Promise<Divergence | undefined> {
  const pace = new Pace(options);
  for (let epoch = options.finished + 1; epoch <= options.epochs; epoch++) {
    const trained = await trainEpoch(options, epoch, pace);
    if ("what" in trained) return trained;
    const evaluated = await evaluate(
      options.model,
      options.rule,
      options.evaluation,
      async (done, batches) => {
        await pace.evaluated(epoch, done, batches, trained);
        await options.interruptible.breathe();
      },
    );
    await options.onEpoch(
      { epoch, learningRate: trained.learningRate, train: mean(trained), ...evaluated },
      trained.took,
    );
  }
  return undefined;
}

interface Trained {
  /** Mean over the epoch's batches. */
  loss: number;
  /** Share of training images whose largest output was right. */
  accuracy: number;
  learningRate: number;
  took: Took;
}

function mean({ loss, accuracy }: Trained): EpochLine["train"] {
  return { loss, accuracy };
}

async function trainEpoch<ModelType extends Model>(
  options: FitOptions<ModelType>,
  epoch: number,
  pace: Pace,
): Promise<Trained | Divergence> {
  const { training, schedule, interruptible } = options;
  const shares = new ShareCounter();
  const start = performance.now();
  let lossSum = 0;
  let waited = 0;
  let learningRate = 0;
  for (let step = 0; step < training.steps; step++) {
    learningRate = schedule((epoch - 1) * training.steps + step);
    const asked = performance.now();
    const host = await training.batch(epoch, step);
    waited += performance.now() - asked;
    const result = trainStep(options, host, { epoch, step }, learningRate, shares);
    if (typeof result !== "number") return result;
    lossSum += result;
    const soFar = { loss: lossSum / (step + 1), accuracy: shares.shares().argmax };
    await pace.trained(epoch, step + 1, training.batchSize, soFar);
    await interruptible.breathe();
  }
  const took = { training: (performance.now() - start) / 1000, waiting: waited / 1000 };
  return { loss: lossSum / training.steps, accuracy: shares.shares().argmax, learningRate, took };
}

/** One step: gradients, a look at whether all is finite, then the optimiser. Returns the batch's loss. */
function trainStep<ModelType extends Model>(
  { model, rule, optimiser, training, freezeNormAfter }: FitOptions<ModelType>,
  host: HostBatch,
  { epoch, step }: { epoch: number; step: number },
  learningRate: number,
  shares: ShareCounter,
): number | Divergence {
  return tf.tidy(() => {
    const batch = toTensors(host, training.shape, model.classes);
    const { loss, output, gradients } = rule.step(
      model,
      batch,
      epoch <= freezeNormAfter ? "train" : "frozen",
    );
    const broken = findNonFinite(loss, gradients);
    const value = loss.dataSync()[0] as number;
    if (broken === undefined) {
      shares.add(output.dataSync() as Float32Array, host.labels);
      optimiser.apply(model.parameters, gradients, learningRate);
    }
    tf.dispose([loss, output, ...gradients.values()]);
    return broken === undefined ? value : { epoch, step: step + 1, ...broken };
  });
}
