import { orderedBatches } from "../../data/batches.ts";
import { slice } from "../../data/dataset.ts";
import { loadDataset } from "../../data/load.ts";
import { type RuleName, ruleOf } from "../../learning/rules/all.ts";
import { stepMemory } from "../../learning/step_memory.ts";
import { toTensors } from "../../learning/tensors.ts";
import { disposeModel } from "../../models/model.ts";
import type { Network } from "../../models/parameters.ts";
import { tf } from "../../ops/tensorflow.ts";
import { assembleModel } from "../../runs/assemble/model.ts";
import type { RunConfig } from "../../runs/config/config.ts";
import { findExperiment } from "../experiments.ts";
import { parseProfile } from "../../runs/profile.ts";

/** Memory of a training step of a learning rule, when it simulates T steps. */
export interface TrainingMemory {
  rule: RuleName;
  T: number;
  /** Most bytes of tensors at once, on top of parameters and images. */
  bytes: number;
}

/**
 * Memory of one training step at each T, on a comparison's network of a profile with its batch and first images: bytes of
 * tensors, which depend on the program alone and not on the machine. What an operation needs inside is not in it.
 */
export async function trainingMemory(
  experiment: string,
  { profile, timeSteps }: { profile: string; timeSteps: readonly number[] },
): Promise<TrainingMemory[]> {
  const configs = findExperiment(experiment).rows(parseProfile(profile)).flatMap(({ configs }) => configs);
  const results: TrainingMemory[] = [];
  for (const [rule, config] of firstOfEachRule(configs)) {
    if (!ruleOf(config.rule).simulates) continue;
    for (const T of timeSteps) results.push(await measure(config, { rule, T }));
  }
  return results;
}

/** Variants of a rule keep the same tensors. */
function firstOfEachRule(configs: readonly RunConfig[]): Map<RuleName, RunConfig> {
  const first = new Map<RuleName, RunConfig>();
  for (const config of configs) if (!first.has(config.rule.name)) first.set(config.rule.name, config);
  return first;
}

async function measure(
  config: RunConfig,
  { rule, T }: Pick<TrainingMemory, "rule" | "T">,
): Promise<TrainingMemory> {
  const dataset = loadDataset(config.data.name);
  const { batch } = config.training;
  const network = await assembleModel(config, dataset) as Network;
  const source = orderedBatches(slice(dataset.train, 0, batch), dataset.shape, batch);
  const tensors = toTensors(source.batch(1, 0), dataset.shape, network.classes);
  try {
    const made = await ruleOf(config.rule).make({ ...config.rule, T });
    const bytes = await stepMemory(made, network, tensors);
    return { rule, T, bytes };
  } finally {
    disposeModel(network);
    tf.dispose([tensors.images, tensors.targets]);
  }
}
