import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { FailureError } from "../../lib/errors.ts";
import type { Profile } from "../../lib/runs/profile.ts";
import { realPath } from "../files.ts";
import { jobName, runsOfScript, submissionsFolder } from "./job_script.ts";
import { wordsOf } from "./sbatch.ts";

/** A run that waits in the queue of Slurm, or that Slurm runs. */
export interface QueuedRun {
  /** As Slurm writes it: "42_3". */
  task: string;
  /** As Slurm says it, in small letters: "pending", "running". */
  state: string;
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
  for (const { script, state, job, index } of tasksNamed(jobName(experiment, profile))) {
    if (!existsSync(script) || realPath(dirname(dirname(script))) !== realPath(folder)) continue;
    const hashes = scripts.get(script) ?? runsOfScript(readFileSync(script, "utf8"));
    scripts.set(script, hashes);
    const hash = hashes[index];
    if (hash === undefined || LEAVING.includes(state)) continue;
    if (runs.get(hash)?.state !== "running") {
      runs.set(hash, { task: `${job}_${index}`, state: state.toLowerCase() });
    }
  }
  return runs;
}

/** The tasks of arrays of this name, one a line of squeue. */
function tasksNamed(name: string): { job: number; index: number; state: string; script: string }[] {
  const { status, stdout, stderr, error } = spawnSync(
    "squeue",
    ["--noheader", "--array", `--name=${name}`, "--format=%F|%K|%T|%o"],
    { encoding: "utf8", timeout: PATIENCE, stdio: ["ignore", "pipe", "pipe"] },
  );
  if (error !== undefined || status !== 0) {
    const words = error === undefined
      ? `squeue says "${wordsOf(stderr)}"`
      : `squeue cannot be run (${error.message})`;
    throw new FailureError(`Asking Slurm for its queue: ${words}; try again once it answers.`);
  }
  return stdout.split("\n").flatMap((line) => {
    const [, job, index, state, script] = /^(\d+)\|(\d+)\|(\w+)\|(.*)$/.exec(line) ?? [];
    return job === undefined
      ? []
      : [{ job: Number(job), index: Number(index), state: state as string, script: script as string }];
  });
}
