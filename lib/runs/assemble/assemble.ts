import type { Normalisation } from "../../data/augment/normalise.ts";
import { RECIPES } from "../../data/augment/recipe.ts";
import { augmentedBatches } from "../../data/augmented_batches.ts";
import { type BatchSource, orderedBatches, shuffledBatches } from "../../data/batches.ts";
import { type Dataset, slice, type Split } from "../../data/dataset.ts";
import { prefetched, type PrefetchedSource } from "../../data/workers/prefetched.ts";
import { UsageError } from "../../errors.ts";
import type { Optimiser } from "../../learning/optimiser.ts";
import { optimiserOf } from "../../learning/optimisers.ts";
import type { LearningRule } from "../../learning/rule.ts";
import { ruleOf } from "../../learning/rules/all.ts";
import type { Schedule } from "../../learning/schedule.ts";
import { disposeModel, type Model } from "../../models/model.ts";
import { datasetForRuns } from "./dataset.ts";
import { assembleModel } from "./model.ts";
import { assembleSchedule } from "./schedule.ts";
import type { RunConfig } from "../config/config.ts";

/** Everything a run is made of, built from its configuration. */
export interface Assembly {
  dataset: Dataset;
  model: Model;
  rule: LearningRule<Model>;
  optimiser: Optimiser;
  schedule: Schedule;
  training: BatchSource | PrefetchedSource;
  /** The images behind `training`, in order. */
  trained: Split;
  evaluation: BatchSource;
  /** The images behind `evaluation`. */
  evaluated: Split;
  /** Images of the training set that are neither trained on nor evaluated, but choose the step to read an SNN out at. */
  heldOut: Split;
  /** Frees the model and the optimiser's state, and ends the threads that make batches. */
  dispose(): Promise<void>;
}

/** Images per evaluation batch; it decides speed and memory, not results. */
const EVALUATION_BATCH = 100;

/**
 * Threads that augment images beside the training step; they decide speed, not results. A thread takes up to a second to start, in
 * which it would have made so many batches: a run of fewer does without.
 */
const [WORKERS, FEW_BATCHES] = [1, 30];

/** Builds a run's parts; every random one draws from its own stream of the seed. */
export async function assemble(config: RunConfig): Promise<Assembly> {
  const dataset = datasetForRuns(config.data.name);
  const { trained, evaluated, heldOut } = splits(dataset, config);
  const rule = await ruleOf(config.rule).make(config.rule);
  const optimiser = await optimiserOf(config.optimiser).make(config.optimiser);
  const training = trainingSource(config, dataset, trained);
  const schedule = assembleSchedule(config, training.steps);
  const evaluation = inOrder(config, dataset, evaluated);
  const model = await assembleModel(config, dataset); // last: it alone takes what must be given back
  return {
    ...{ dataset, model, rule, optimiser, schedule, training, trained, evaluation, evaluated, heldOut },
    async dispose() {
      if ("close" in training) await training.close();
      optimiser.dispose();
      disposeModel(model);
    },
  };
}

/** Batches of a split in order, normalised as the configuration's recipe says, not augmented. */
export function inOrder(
  { data: { augmentation } }: { data: Pick<RunConfig["data"], "augmentation"> },
  { shape }: Pick<Dataset, "shape">,
  split: Split,
): BatchSource {
  return orderedBatches(split, shape, EVALUATION_BATCH, normalisationOf(augmentation));
}

function normalisationOf(augmentation: RunConfig["data"]["augmentation"]): Normalisation | undefined {
  return augmentation in RECIPES ? RECIPES[augmentation as keyof typeof RECIPES].normalisation : undefined;
}

function trainingSource(
  { data: { augmentation }, training: { batch, epochs }, seed }: RunConfig,
  { shape, classes }: Dataset,
  split: Split,
): BatchSource | PrefetchedSource {
  if (augmentation === "none" || augmentation === "crop26-pad1") {
    return shuffledBatches(split, shape, { batch, seed, augmentation });
  }
  const recipe = RECIPES[augmentation];
  const source = augmentedBatches(split, shape, { batch, seed, classes: classes.length, recipe });
  return prefetched(source, { workers: epochs * source.steps < FEW_BATCHES ? 0 : WORKERS, epochs });
}

/** The images that a run trains on, those that it is evaluated on, and those that choose a time step. */
export function splits(
  { name, train, test }: Dataset,
  { data, evaluation }: Pick<RunConfig, "data" | "evaluation">,
): Pick<Assembly, "trained" | "evaluated" | "heldOut"> {
  const { trainImages, validationImages, testImages } = data;
  const heldOutImages = evaluation?.heldOutImages ?? 0;
  if (trainImages + heldOutImages + validationImages > train.count) {
    throw new UsageError(
      `Splitting ${name}: ${trainImages} training, ${heldOutImages} held-out and ${validationImages} validation images ` +
        `were asked for, but the training set has ${train.count}; lower data.trainImages, evaluation.heldOutImages or ` +
        `data.validationImages.`,
    );
  }
  if (testImages > test.count) {
    throw new UsageError(
      `Splitting ${name}: ${testImages} test images were asked for, but there are ${test.count}; lower data.testImages.`,
    );
  }
  const validated = train.count - validationImages;
  return {
    trained: slice(train, 0, trainImages),
    evaluated: validationImages > 0 ? slice(train, validated, train.count) : slice(test, 0, testImages),
    heldOut: slice(train, validated - heldOutImages, validated),
  };
}
