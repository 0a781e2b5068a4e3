import { missingFile } from "../data/stamp.ts";
import { requestsOf } from "./experiment.ts";
import { findExperiment } from "./experiments.ts";
import { parseProfile } from "../runs/profile.ts";
import type { RunRecord } from "../runs/record.ts";
import { runAll, type RunOptions } from "../runs/run.ts";
import { existingRecords } from "./existing.ts";

export interface ReproduceOptions extends RunOptions {
  /** smoke, quick, study or paper. */
  profile: string;
}

/** The records of every run behind an experiment's table: read where they exist, trained where they do not. */
export async function reproduce(
  name: string,
  { profile, ...options }: ReproduceOptions,
): Promise<RunRecord[]> {
  return await runAll(requestsOf(findExperiment(name), parseProfile(profile)), options);
}

/**
 * The same where the experiment's data sets are on this machine. Else it says what is missing and how to get it, and gives
 * the records that are there: not every data set can be had everywhere.
 */
export async function reproduceWhereData(name: string, options: ReproduceOptions): Promise<RunRecord[]> {
  const requests = requestsOf(findExperiment(name), parseProfile(options.profile));
  const datasets = [...new Set(requests.map(({ config }) => config.data.name))];
  const missing = datasets.filter((dataset) => missingFile(dataset) !== undefined);
  if (missing.length === 0) return await reproduce(name, options);
  console.log(
    `${name}: nothing is trained, because ${missing.join(" and ")} is not on this machine; fetch it with ` +
      `"deno task data ${missing.join(" ")}", or give a copy with --dir FOLDER, and run this cell again.`,
  );
  return existingRecords(name, options.profile);
}
