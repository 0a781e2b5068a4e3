/** Everything that notebooks import as "weightshare". */
export { EXPERIMENTS, findExperiment } from "./experiments/experiments.ts";
export type { RunRecord } from "./experiments/record.ts";
export { committedRecords, existingRecords, reproduce } from "./experiments/reproduce.ts";
export { listRecords } from "./experiments/store.ts";
export type { OnProgress, Progress } from "./learning/progress.ts";
export { type Bundle, display } from "./notebook/display.ts";
export { notebookProgress } from "./notebook/progress.ts";
export { show } from "./notebook/show.ts";
export type { Figure } from "./report/figure.ts";
export { frame, overSeeds } from "./report/frame.ts";
export * from "./report/bench/mod.ts";
export * from "./report/proxy/mod.ts";
export * from "./report/sharing/mod.ts";
export { type ParameterCount, parameterCounts } from "./experiments/parameter_counts.ts";
export { reportedTable } from "./report/reported_table.ts";
export { type Table, toCSV, toLaTeX, toMarkdown } from "./report/table.ts";
export { tuningTable } from "./report/tuning/report.ts";
