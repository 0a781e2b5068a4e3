/** Everything that notebooks import as "weightshare". */
export { findExperiment, EXPERIMENTS } from "./experiments/experiment.ts";
export { reproduce } from "./experiments/reproduce.ts";
export { listRecords } from "./experiments/store.ts";
export type { RunRecord } from "./experiments/record.ts";
export type { Progress, OnProgress } from "./learning/progress.ts";
