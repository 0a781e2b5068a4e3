import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { messageOf } from "../lib/errors.ts";
import { EXPERIMENTS, findExperiment } from "../lib/experiments/experiments.ts";
import { requestsOf } from "../lib/experiments/experiment.ts";
import { isLocked } from "../lib/lock.ts";
import { failureOf } from "../lib/runs/failure.ts";
import { forecast, type ForecastRun, isToDo } from "../lib/runs/forecast.ts";
import { type Profile, PROFILES } from "../lib/runs/profile.ts";
import { type RecordFilter, runPaths, type RunRequest } from "../lib/runs/store.ts";
import { type QueuedRun, queuedRuns } from "./slurm/queue.ts";

/** A run of a plan that has no record. */
export interface MissingRun {
  hash: string;
  row: string;
  seed: number;
  state: "running" | "queued" | "failed" | "stopped" | "never begun";
  /** Finished epochs, and of how many. */
  epochsDone: number;
  epochs: number;
  /** The task of Slurm that has it, and why that waits. */
  task?: string;
  waits?: string;
  /** Why it failed when it was last tried. */
  why?: string;
}

/** What the plan of an experiment still lacks. */
export interface Missing {
  experiment: string;
  profile: Profile;
  runs: number;
  diverged: number;
  missing: MissingRun[];
}

/** What plans still lack: of the experiment and profile that are named, else of all that have begun here. */
export async function missingRuns(
  filter: RecordFilter,
  note: (line: string) => void,
): Promise<Missing[]> {
  const named = filter.experiment !== undefined && filter.profile !== undefined;
  const profiles = filter.profile === undefined ? PROFILES : [filter.profile];
  const experiments = filter.experiment === undefined ? EXPERIMENTS : [findExperiment(filter.experiment)];
  const plans = profiles.flatMap((profile) => experiments.map((one) => requestsOf(one, profile)))
    .filter((requests) => requests.length > 0 && (named || hasBegun(requests)));
  const runs = forecast(plans.flat());
  const found: Missing[] = [];
  for (const { length } of plans) found.push(await missingOf(onceEach(runs.splice(0, length)), note));
  return found;
}

function hasBegun([first]: readonly RunRequest[]): boolean {
  return first !== undefined && existsSync(dirname(runPaths(first).record));
}

async function missingOf(runs: readonly ForecastRun[], note: (line: string) => void): Promise<Missing> {
  const { experiment, profile } = (runs[0] as ForecastRun).request;
  const todo = runs.filter(isToDo);
  const queued = todo.length === 0 ? new Map() : queueOrNote(experiment, profile, note);
  const missing: MissingRun[] = [];
  for (const run of todo) missing.push(await stateOf(run, queued.get(run.hash)));
  const diverged = runs.filter(({ state }) => state === "diverged").length;
  return { experiment, profile, runs: runs.length, diverged, missing };
}

/** A run that is asked for by two rows is one. */
export function onceEach<Run extends { hash: string }>(runs: readonly Run[]): Run[] {
  return [...new Map(runs.toReversed().map((run) => [run.hash, run])).values()].toReversed();
}

/** Where Slurm does not answer, what it has in its queue is not known. */
function queueOrNote(
  experiment: string,
  profile: Profile,
  note: (line: string) => void,
): Map<string, QueuedRun> {
  try {
    return queuedRuns(experiment, profile);
  } catch (error) {
    note(messageOf(error));
    return new Map();
  }
}

async function stateOf(run: ForecastRun, queued: QueuedRun | undefined): Promise<MissingRun> {
  const { hash, request: { row, config }, epochs } = run;
  const paths = runPaths(run.request);
  const why = failureOf(paths);
  return {
    ...{ hash, row, seed: config.seed, epochsDone: epochs, epochs: config.training.epochs },
    state: queued?.running || await isLocked(paths.lock)
      ? "running"
      : queued !== undefined
      ? "queued"
      : stateAtRest(epochs, why),
    ...(queued === undefined ? {} : { task: queued.task }),
    ...(queued?.waits === undefined ? {} : { waits: queued.waits }),
    ...(why === undefined ? {} : { why }),
  };
}

function stateAtRest(epochs: number, why: string | undefined): MissingRun["state"] {
  if (why !== undefined) return "failed";
  return epochs > 0 ? "stopped" : "never begun";
}

/** "7 of 10 runs have their record", and a line for each of the others. */
export function missingLines({ experiment, profile, runs, diverged, missing }: Missing): string[] {
  const there = missing.length === 0 ? `all ${runs}` : `${runs - missing.length} of ${runs}`;
  const bad = diverged === 0 ? "" : `, ${diverged} of them diverged`;
  return [
    `${experiment}, ${profile}: ${there} runs have their record${bad}`,
    ...missing.map((run) => `  ${run.hash}  ${run.row}, seed ${run.seed}: ${stateText(run)}`),
  ];
}

function stateText({ state, epochsDone, epochs, task, waits, why }: MissingRun): string {
  const progress = epochsDone === 0 ? "" : `, ${epochsDone} of ${epochs} epochs done`;
  const where = task === undefined ? "" : ` (Slurm ${task}${waits === undefined ? "" : `, ${waits}`})`;
  if (state === "failed") return `failed${progress}: ${why}`;
  if (state === "stopped") return `stopped at epoch ${epochsDone} of ${epochs}`;
  return `${state}${where}${progress}`;
}
