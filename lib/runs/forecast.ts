import { join } from "node:path";
import { ROOT } from "../paths.ts";
import { checkpointState } from "./checkpoint.ts";
import { type Estimate, Estimator, oneThread } from "./estimate.ts";
import { plan, type PlannedRun } from "./plan.ts";
import type { RunRecord } from "./record.ts";
import type { Work } from "./schedule.ts";
import { readRecord, recordFiles, runPaths, type RunRequest } from "./store.ts";

/** A run of a plan, how far it is, and what it will cost. */
export interface ForecastRun extends PlannedRun {
  state: "done" | "diverged" | "unreadable record" | "to do";
  /** Finished epochs of a run that is to do. */
  epochs: number;
  estimate: Estimate;
  /** What is left on one core; 0 of what is done, null where nothing is known. */
  secondsLeft: number | null;
}

/** The plan of some runs, with what the records here and those of the checkout tell about time and memory. */
export function forecast(requests: readonly RunRequest[]): ForecastRun[] {
  const estimator = new Estimator(knownRecords());
  return plan(requests).map((run) => forecastOne(run, estimator.of(run.request)));
}

function forecastOne(run: PlannedRun, estimate: Estimate): ForecastRun {
  const { record, work } = runPaths(run.request);
  const state = stateOf(record);
  if (state === "done" || state === "diverged") {
    return { ...run, state, epochs: run.request.config.training.epochs, estimate, secondsLeft: 0 };
  }
  const begun = checkpointState(work);
  const epochs = begun?.curve.length ?? 0;
  const own = begun === undefined || epochs === 0 ? estimate : ofItself(run.request, begun, estimate);
  const left = (run.request.config.training.epochs - epochs) / run.request.config.training.epochs;
  return {
    ...run,
    state,
    epochs,
    estimate: own,
    secondsLeft: own.seconds === null ? null : own.seconds * left,
  };
}

function stateOf(record: string): ForecastRun["state"] {
  try {
    const found = readRecord(record);
    return found === undefined ? "to do" : found.divergence === undefined ? "done" : "diverged";
  } catch {
    return "unreadable record";
  }
}

/** A run that has begun tells best. */
function ofItself(
  { config }: RunRequest,
  { curve, wallSeconds, peakMemory, sessions = [] }: NonNullable<ReturnType<typeof checkpointState>>,
  { memory }: Estimate,
): Estimate {
  const threads = sessions.at(-1)?.threads ?? 1;
  const epochSeconds = wallSeconds / curve.length * oneThread(threads);
  return {
    epochSeconds,
    seconds: epochSeconds * config.training.epochs,
    memory: Math.max(memory, peakMemory),
    source: `its first ${curve.length} epochs${threads === 1 ? "" : `; ${threads} threads`}`,
  };
}

/** Records of this machine's results and those that are committed; one that cannot be read tells nothing. */
function knownRecords(): RunRecord[] {
  const files = [...recordFiles(), ...recordFiles({}, join(ROOT, "results"))];
  return [...new Set(files)].flatMap((file) => {
    try {
      return readRecord(file) ?? [];
    } catch {
      return [];
    }
  });
}

/** What of a plan is to do, as work for a scheduler; a run of which nothing is known counts as nothing. */
export function workOf(runs: readonly ForecastRun[]): Work[] {
  return runs.map(({ secondsLeft, after }) => ({ seconds: secondsLeft ?? 0, after }));
}

/** Whether a run has no record that can be read. */
export function isToDo({ state }: Pick<ForecastRun, "state">): boolean {
  return state === "to do" || state === "unreadable record";
}
