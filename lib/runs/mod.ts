/** From a configuration to its record: what notebooks import as "weightshare/runs". */
export { hashConfig, parseConfig, type RunConfig } from "./config/config.ts";
export { parseProfile, type Profile, PROFILES } from "./profile.ts";
export type { Provenance, RunRecord, Session } from "./record.ts";
export { run, runAll, type RunOptions } from "./run.ts";
export { listRecords, readRecord, runPaths, type RunRequest } from "./store.ts";
