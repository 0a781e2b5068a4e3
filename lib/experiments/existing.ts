import { join } from "node:path";
import { ROOT } from "../paths.ts";
import { parseProfile } from "../runs/profile.ts";
import type { RunRecord } from "../runs/record.ts";
import { listRecords, readRecord, runPaths } from "../runs/store.ts";
import { unfinishedRecord } from "../runs/unfinished.ts";
import { requestsOf } from "./experiment.ts";
import { findExperiment } from "./experiments.ts";

/**
 * The records behind an experiment's table that are already there; none is trained. With `unfinished`, also what runs
 * under way have done so far, labelled "epoch 41 of 100" wherever it is shown.
 */
export function existingRecords(
  name: string,
  profile: string,
  { unfinished = false }: { unfinished?: boolean } = {},
): RunRecord[] {
  const requests = requestsOf(findExperiment(name), parseProfile(profile));
  return requests.flatMap((request) =>
    readRecord(runPaths(request).record) ?? (unfinished ? unfinishedRecord(request) : undefined) ?? []
  );
}

/** The `study` records that are committed with the code, in the experiment's order, wherever this machine's own results go. */
export function committedRecords(name: string): RunRecord[] {
  const experiment = findExperiment(name);
  const rows = experiment.rows("study").map(({ id }) => id);
  const place = ({ row }: RunRecord) => rows.includes(row) ? rows.indexOf(row) : rows.length;
  return listRecords({ profile: "study", experiment: experiment.name }, join(ROOT, "results"))
    .toSorted((a, b) => place(a) - place(b));
}
