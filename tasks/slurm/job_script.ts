import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { UsageError } from "../../lib/errors.ts";
import { dataFolder, resultsFolder, ROOT } from "../../lib/paths.ts";
import type { PlannedRun } from "../../lib/runs/plan.ts";
import type { Profile } from "../../lib/runs/profile.ts";
import { HELD_TO, type InstructionSet } from "../instruction_sets.ts";
import { timeLimitText, usedUp, warningSeconds } from "./time_limit.ts";

/** What every task of a submission has in common. */
export interface Resources {
  /** Seconds. */
  time: number;
  cpus: number;
  /** As Slurm writes it. */
  memory: string;
  partition: string | undefined;
  account: string | undefined;
  kernels: InstructionSet;
}

/** A script for the arrays of a submission. */
export interface Job extends Resources {
  experiment: string;
  profile: Profile;
  /** A task's number is its run's place here. */
  runs: readonly PlannedRun[];
  /** Where the script and the logs of its tasks lie. */
  folder: string;
}

/** Where the submissions of an experiment lie. */
export function submissionsFolder(experiment: string, profile: Profile): string {
  return join(resultsFolder(), profile, experiment, "work", "slurm");
}

/** Where and on whose account, as options of sbatch. */
export function placeOptions({ partition, account }: Pick<Resources, "partition" | "account">): string[] {
  return [
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(account === undefined ? [] : [`--account=${account}`]),
  ];
}

/** Tells the arrays of one experiment from others in the queue. */
export function jobName(experiment: string, profile: Profile): string {
  return `${experiment}-${profile}`;
}

/**
 * The script: whatever the plan becomes, it names the same runs, by their hashes; one task makes one of them. It needs no
 * network and sets nothing up.
 */
export function jobScript(job: Job): string {
  const { experiment, profile, runs, folder, time, cpus, memory, partition, account, kernels } = job;
  const place = placeOptions({ partition, account });
  const settings = {
    ...HELD_TO[kernels],
    WEIGHTSHARE_RESULTS: resultsFolder(),
    WEIGHTSHARE_DATA: dataFolder(),
  };
  const names = {
    ...{ experiment, profile, deno: denoProgram() },
    work: join(resultsFolder(), profile, experiment, "work"),
    used_up: String(usedUp(time)),
  };
  const seed = ({ request: { row, config } }: PlannedRun) => `${row}, seed ${config.seed}`;
  return [
    "#!/bin/bash",
    `#SBATCH --job-name=${jobName(experiment, profile)}`,
    `#SBATCH --ntasks=1 --cpus-per-task=${cpus} --mem=${memory} --time=${timeLimitText(time)}`,
    ...(place.length === 0 ? [] : [`#SBATCH ${place.join(" ")}`]),
    `#SBATCH --requeue --open-mode=append --export=ALL --signal=B:TERM@${warningSeconds(time)}`,
    `#SBATCH --chdir=${directivePath(ROOT)}`,
    `#SBATCH --output=${directivePath(`${folder.replaceAll("%", "%%")}/%A_%a.log`)}`,
    "",
    "# Processors of one instruction set, threads of one number: the same bits on every node that has it.",
    ...Object.entries(settings).map(([name, value]) => `export ${name}=${quoted(value)}`),
    "export TF_NUM_INTRAOP_THREADS=$SLURM_CPUS_PER_TASK",
    "",
    ...Object.entries(names).map(([name, value]) => `${name}=${quoted(value)}`),
    "runs=(",
    ...runs.map((run, index) => `  ${run.hash} # ${index}: ${seed(run)}`),
    ")",
    readFileSync(join(import.meta.dirname as string, "task.sh"), "utf8"),
  ].join("\n");
}

/** The hashes of the runs that a script names, in their order. */
export function runsOfScript(script: string): string[] {
  return [...script.matchAll(/^ {2}([0-9a-f]{16}) # .*$/gm)].map(([, hash]) => hash as string);
}

/** The one that set-up put into the environment; it is there wherever the checkout is. */
function denoProgram(): string {
  const own = join(ROOT, "venv", "bin", "deno");
  return existsSync(own) ? own : process.execPath;
}

/** A word of bash. */
function quoted(text: string): string {
  return /^[\w./,:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A path in a line of #SBATCH, which knows no way to write a quotation mark. */
function directivePath(path: string): string {
  if (!/["\n]/.test(path)) return `"${path}"`;
  throw new UsageError(
    `Submitting from ${
      JSON.stringify(path)
    }: a script of Slurm cannot name this folder; use one without quotation marks.`,
  );
}
