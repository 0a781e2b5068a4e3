import { UsageError } from "../errors.ts";
import type { PlannedRun } from "../runs/plan.ts";
import type { Profile } from "../runs/profile.ts";
import type { RunRequest } from "../runs/store.ts";
import { requestsOf } from "./experiment.ts";
import { EXPERIMENTS, findExperiment } from "./experiments.ts";

/** All runs of an experiment at a profile, or of all experiments that are trained here, one after the other. */
export function requestsOfAll(experiment: string | undefined, profile: Profile): RunRequest[] {
  const experiments = experiment === undefined
    ? EXPERIMENTS.filter(({ elsewhere }) => elsewhere === undefined)
    : [findExperiment(experiment)];
  return experiments.flatMap((one) => requestsOf(one, profile));
}

/** The run of this hash. */
export function runOfHash(runs: readonly PlannedRun[], hash: string, where: string): PlannedRun {
  const found = runs.filter((run) => run.hash === hash);
  if (found.length === 1) return found[0] as PlannedRun;
  if (found.length === 0) {
    throw new UsageError(
      `Choosing the run ${hash} of ${where}: no run of that plan has this hash; "deno task plan" lists them.`,
    );
  }
  const names = [...new Set(found.map(({ request }) => request.experiment))];
  if (names.length === 1) return found[0] as PlannedRun;
  throw new UsageError(`Choosing the run ${hash}: ${names.join(" and ")} have it; name the experiment.`);
}

/** The run of this number. */
export function runOfNumber(runs: readonly PlannedRun[], number: number, where: string): PlannedRun {
  const found = runs[number];
  if (found !== undefined) return found;
  throw new UsageError(
    `Choosing run number ${number} of ${where}: its plan has ${runs.length} runs; use a number from 0 to ${
      runs.length - 1
    }.`,
  );
}
