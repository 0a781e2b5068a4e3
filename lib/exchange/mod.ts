/** Trained networks taken away, brought in and evaluated: what notebooks import as "weightshare/exchange". */
export { compareWithRecord, type Comparison } from "./compare_with_record.ts";
export { type Evaluated, evaluateRun, type GivenImages } from "./evaluate_run.ts";
export { type FoundRun, recordOfHash, runOfRecord } from "./find_run.ts";
export { type Opened, openRun } from "./open_run.ts";
