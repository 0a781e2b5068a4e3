/** Everything that notebooks import as "weightshare". */
export { EXPERIMENTS, findExperiment } from "./experiments/experiments.ts";
export type { RunRecord } from "./runs/record.ts";
export { committedRecords, existingRecords } from "./experiments/existing.ts";
export { reproduce, reproduceWhereData } from "./experiments/reproduce.ts";
export { train, type TrainOptions } from "./experiments/train.ts";
export { listRecords } from "./runs/store.ts";
export type { OnProgress, Progress } from "./learning/progress.ts";
export { type Bundle, display } from "./notebook/display.ts";
export { notebookProgress } from "./notebook/progress.ts";
export { show, type ShowOptions } from "./notebook/show.ts";
export * from "./report/mod.ts";
export {
  convMixerCount,
  type ParameterCount,
  parameterCounts,
  seResNetCount,
} from "./experiments/sharing/parameter_counts.ts";
export { type TrainingMemory, trainingMemory } from "./experiments/proxy/training_memory.ts";
