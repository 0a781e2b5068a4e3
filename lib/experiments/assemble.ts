import { type BatchSource, orderedBatches, shuffledBatches } from "../data/batches.ts";
import { type Dataset, slice, type Split } from "../data/dataset.ts";
import { loadDataset } from "../data/load.ts";
import { UsageError } from "../errors.ts";
import { Adam } from "../learning/adam.ts";
import type { Optimiser } from "../learning/optimiser.ts";
import type { LearningRule } from "../learning/rule.ts";
import { annRule } from "../learning/rules/ann.ts";
import { proxyRule } from "../learning/rules/proxy.ts";
import { constantSchedule, cosineSchedule, type Schedule } from "../learning/schedule.ts";
import { fashionNetwork } from "../models/fashion_network.ts";
import type { Model } from "../models/model.ts";
import { createNetwork } from "../models/parameters.ts";
import type { RunConfig } from "./config.ts";

/** Everything a run is made of, built from its configuration. */
export interface Assembly {
  dataset: Dataset;
  model: Model;
  rule: LearningRule<Model>;
  optimiser: Optimiser;
  schedule: Schedule;
  training: BatchSource;
  evaluation: BatchSource;
  /** The images behind `evaluation`. */
  evaluated: Split;
}

/** Images per evaluation batch; it decides speed and memory, not results. */
const EVALUATION_BATCH = 100;

/** Builds a run's parts; every random one draws from its own stream of the seed. */
export function assemble(config: RunConfig): Assembly {
  const dataset = loadDataset(config.data.name);
  const { training, evaluated } = splits(dataset, config);
  const { batch } = config.training;
  const source = shuffledBatches(training, dataset.shape, { ...config.data, batch, seed: config.seed });
  return {
    dataset,
    model: createNetwork(fashionNetwork(config.network.width), config.seed),
    rule: makeRule(config.rule),
    optimiser: new Adam(config.optimiser),
    schedule: makeSchedule(config.optimiser, config.training.epochs * source.steps),
    training: source,
    evaluation: orderedBatches(evaluated, dataset.shape, EVALUATION_BATCH),
    evaluated,
  };
}

function splits({ name, train, test }: Dataset, { data }: RunConfig): { training: Split; evaluated: Split } {
  const { trainImages, validationImages, testImages } = data;
  if (trainImages + validationImages > train.count) {
    throw new UsageError(
      `Splitting ${name}: ${trainImages} training and ${validationImages} validation images were asked for, but the ` +
        `training set has ${train.count}; lower data.trainImages or data.validationImages.`,
    );
  }
  if (testImages > test.count) {
    throw new UsageError(
      `Splitting ${name}: ${testImages} test images were asked for, but there are ${test.count}; lower data.testImages.`,
    );
  }
  const held = slice(train, train.count - validationImages, train.count);
  return {
    training: slice(train, 0, trainImages),
    evaluated: validationImages > 0 ? held : slice(test, 0, testImages),
  };
}

function makeRule(rule: RunConfig["rule"]): LearningRule {
  return rule.name === "ann" ? annRule() : proxyRule({ ...rule, neuron: rule });
}

function makeSchedule(optimiser: RunConfig["optimiser"], steps: number): Schedule {
  const { schedule, learningRate, finalLearningRate } = optimiser;
  return schedule === "constant"
    ? constantSchedule(learningRate)
    : cosineSchedule(learningRate, finalLearningRate, steps);
}
