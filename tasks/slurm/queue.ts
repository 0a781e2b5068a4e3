import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { FailureError } from "../../lib/errors.ts";
import type { Profile } from "../../lib/runs/profile.ts";
import { realPath } from "../files.ts";
import { jobName, runsOfScript, submissionsFolder } from "./job_script.ts";
import { wordsOf } from "./commands.ts";

/** A run that waits in the queue of Slurm, or that Slurm runs. */
export interface QueuedRun {
  /** As Slurm writes it: "42_3". */
  task: string;
  running: boolean;
  /** Why it waits, if Slurm says so, in its word: "Dependency", "JobHeldUser". */
  waits?: string;
}

/** So long Slurm may take to answer, milliseconds. */
const PATIENCE = 20_000;

/** A task that is about to leave the queue: cancelled, at its end, or soon back as another line. */
const LEAVING = ["COMPLETING", "COMPLETED", "CANCELLED", "FAILED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY"];

/**
 * The runs of an experiment that Slurm has in its queue, by their hashes. Slurm's queue is the only list of them: its tasks
 * know their script, and the script has the hashes. Nothing where nothing was ever submitted.
 */
export function queuedRuns(experiment: string, profile: Profile): Map<string, QueuedRun> {
  const folder = submissionsFolder(experiment, profile);
  if (!existsSync(folder)) return new Map();
  const runs = new Map<string, QueuedRun>();
  const scripts = new Map<string, string[]>();
  for (const { script, state, reason, job, index } of tasksNamed(jobName(experiment, profile))) {
    if (!existsSync(script) || realPath(dirname(dirname(script))) !== realPath(folder)) continue;
    const hashes = scripts.get(script) ?? runsOfScript(readFileSync(script, "utf8"));
    scripts.set(script, hashes);
    const hash = hashes[index];
    if (hash === undefined || LEAVING.includes(state)) continue;
    if (runs.get(hash)?.running === true) continue;
    runs.set(hash, {
      ...{ task: `${job}_${index}`, running: state === "RUNNING" },
      ...(state === "PENDING" && reason !== "None" ? { waits: reason } : {}),
    });
  }
  return runs;
}

interface QueuedTask {
  job: string;
  index: number;
  state: string;
  reason: string;
  script: string;
}

/** The tasks of arrays of this name, one a line of squeue. */
function tasksNamed(name: string): QueuedTask[] {
  const { status, stdout, stderr, error } = spawnSync(
    "squeue",
    ["--noheader", "--array", `--name=${name}`, "--format=%F|%K|%T|%r|%o"],
    { encoding: "utf8", timeout: PATIENCE, stdio: ["ignore", "pipe", "pipe"] },
  );
  if (error !== undefined || status !== 0) {
    const words = error === undefined
      ? `squeue says "${wordsOf(stderr)}"`
      : `squeue cannot be run (${error.message})`;
    throw new FailureError(`Asking Slurm for its queue: ${words}; try again once it answers.`);
  }
  return stdout.split("\n").flatMap((line) => {
    const parts = /^(\d+)\|(\d+)\|(\w+)\|([^|]*)\|(.*)$/.exec(line)?.slice(1);
    if (parts === undefined) return [];
    const [job, index, state, reason, script] = parts as [string, string, string, string, string];
    return [{ job, index: Number(index), state, reason, script }];
  });
}
