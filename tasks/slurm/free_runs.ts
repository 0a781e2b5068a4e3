import { existsSync } from "node:fs";
import { isLocked } from "../../lib/lock.ts";
import type { ForecastRun } from "../../lib/runs/forecast.ts";
import type { Profile } from "../../lib/runs/profile.ts";
import { runPaths } from "../../lib/runs/store.ts";
import { isStuck } from "./commands.ts";
import { type QueuedRun, queuedRuns } from "./queue.ts";

/** Runs without a record; of these, by number, those that are queued; and those that nobody is at. */
export async function freeRuns(runs: readonly ForecastRun[], experiment: string, profile: Profile): Promise<{
  lacking: ForecastRun[];
  queued: Map<number, QueuedRun>;
  /** Those that Slurm holds, with or without a record. */
  stuck: QueuedRun[];
  free: ForecastRun[];
}> {
  const lacking = runs.filter(({ request }) => !existsSync(runPaths(request).record));
  const tasks = queuedRuns(experiment, profile);
  const queued = new Map(lacking.flatMap(({ number, hash }) => {
    const found = tasks.get(hash);
    return found === undefined ? [] : [[number, found] as const];
  }));
  const free: ForecastRun[] = [];
  for (const run of lacking.filter(({ hash }) => !tasks.has(hash))) {
    if (!await isLocked(runPaths(run.request).lock)) free.push(run);
  }
  const stuck = [...tasks.values()].filter(({ waits = "" }) => isStuck(waits));
  return { lacking, queued, stuck, free };
}
