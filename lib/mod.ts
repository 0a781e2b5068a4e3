/** Everything that notebooks import as "weightshare". */
export { EXPERIMENTS, findExperiment } from "./experiments/experiment.ts";
export type { RunRecord } from "./experiments/record.ts";
export { existingRecords, reproduce } from "./experiments/reproduce.ts";
export { listRecords } from "./experiments/store.ts";
export type { OnProgress, Progress } from "./learning/progress.ts";
export { type Bundle, display } from "./notebook/display.ts";
export { notebookProgress } from "./notebook/progress.ts";
export { show } from "./notebook/show.ts";
export * from "./report/proxy/mod.ts";
export { reportedTable } from "./report/reported_table.ts";
export { tuningTable } from "./report/tuning/report.ts";
