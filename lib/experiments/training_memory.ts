import { orderedBatches } from "../data/batches.ts";
import { slice } from "../data/dataset.ts";
import { loadDataset } from "../data/load.ts";
import { stepMemory } from "../learning/step_memory.ts";
import { toTensors } from "../learning/tensors.ts";
import { disposeModel } from "../models/model.ts";
import type { Network } from "../models/parameters.ts";
import { tf } from "../ops/tensorflow.ts";
import { assembleModel } from "./assemble_model.ts";
import { assembleRule } from "./assemble_rule.ts";
import type { RunConfig } from "./config.ts";
import { findExperiment } from "./experiments.ts";
import { parseProfile } from "./profile.ts";

/** Memory of a training step of a learning rule, when it simulates T steps. */
export interface TrainingMemory {
  rule: "proxy" | "tandem" | "surrogate";
  T: number;
  /** Most bytes of tensors at once, on top of parameters and images. */
  bytes: number;
}

/** Rows of a comparison that simulate while they train. */
const ROWS = ["proxy-k1", "tandem", "surrogate"];

/**
 * Memory of one training step at each T, on a comparison's network of a profile with its batch and first images: bytes of
 * tensors, which depend on the program alone and not on the machine. What an operation needs inside is not in it.
 */
export async function trainingMemory(
  experiment: string,
  { profile, timeSteps }: { profile: string; timeSteps: readonly number[] },
): Promise<TrainingMemory[]> {
  const rows = findExperiment(experiment).rows(parseProfile(profile));
  const results: TrainingMemory[] = [];
  for (const { id, configs: [config] } of rows) {
    if (config === undefined || !ROWS.includes(id)) continue;
    for (const T of timeSteps) results.push(await measure(config, T));
  }
  return results;
}

async function measure(config: RunConfig, T: number): Promise<TrainingMemory> {
  const rule = { ...config.rule, T } as Extract<RunConfig["rule"], { name: TrainingMemory["rule"] }>;
  const dataset = loadDataset(config.data.name);
  const { batch } = config.training;
  const network = assembleModel(config, dataset) as Network;
  const source = orderedBatches(slice(dataset.train, 0, batch), dataset.shape, batch);
  const tensors = toTensors(source.batch(1, 0), dataset.shape, network.classes);
  try {
    const bytes = await stepMemory(assembleRule({ ...config, rule }), network, tensors);
    return { rule: rule.name, T, bytes };
  } finally {
    disposeModel(network);
    tf.dispose([tensors.images, tensors.targets]);
  }
}
