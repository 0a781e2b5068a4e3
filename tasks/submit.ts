import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fetchWhereMissing } from "../lib/data/fetch.ts";
import { UsageError } from "../lib/errors.ts";
import { findExperiment } from "../lib/experiments/experiments.ts";
import { requestsOfAll } from "../lib/experiments/plan.ts";
import { writeWhole } from "../lib/files.ts";
import { acquireLock, holding, isLocked } from "../lib/lock.ts";
import { kernelsInUse } from "../lib/ops/kernels.ts";
import { oneThread } from "../lib/runs/estimate.ts";
import { forecast, type ForecastRun, isToDo, workOf } from "../lib/runs/forecast.ts";
import { parseProfile, type Profile } from "../lib/runs/profile.ts";
import { tails } from "../lib/runs/schedule.ts";
import { readRecord, runPaths } from "../lib/runs/store.ts";
import { oneOf, whole } from "./arguments.ts";
import { HELD_TO, type InstructionSet } from "./instruction_sets.ts";
import { onceEach } from "./missing.ts";
import { arraysOf, type RunArray, type SlurmTask, taskName } from "./slurm/arrays.ts";
import { type Job, jobScript, type Resources, submissionsFolder } from "./slurm/job_script.ts";
import { type MemorySize, memorySize } from "./slurm/memory_size.ts";
import { type QueuedRun, queuedRuns } from "./slurm/queue.ts";
import { sbatch, sbatchProblem } from "./slurm/sbatch.ts";
import { timeLimit, timeLimitText } from "./slurm/time_limit.ts";
import { defineTask, runTask } from "./task.ts";
import { toUser } from "./user_path.ts";

interface Options {
  profile: Profile;
  time: number;
  cpus: number;
  mem: MemorySize;
  partition?: string;
  account?: string;
  kernels?: string;
  most?: number;
  dryRun?: true;
}

interface Plan {
  experiment: string;
  profile: Profile;
  /** Every run of the plan, once, in the order in which they go. */
  runs: ForecastRun[];
  resources: Omit<Resources, "kernels">;
  /** Those of this process where none are named. */
  kernels: InstructionSet | undefined;
  most: number | undefined;
  dryRun: boolean;
  notes: string[];
}

const MOST_CPUS = 4096;
/** The longest array that any Slurm takes. */
const MOST_TASKS = 4_000_000;

/** `deno task submit`. */
export const submitTask = defineTask({
  name: "submit",
  description:
    "Submits the runs that an experiment still lacks to Slurm, as arrays of which each task makes one run, and returns at once. " +
    "Stopped tasks queue themselves again; given again, it submits what is missing and not queued.",
  declare: (command) =>
    command
      .argument("<experiment>", "e.g. convmixer-cifar-10", (name: string) => findExperiment(name).name)
      .option("--profile <name>", "smoke, quick, study or paper", parseProfile, "quick")
      .requiredOption(
        "--time <limit>",
        "time limit of a task as Slurm writes it, e.g. 24:00:00; at least one and a half epochs",
        timeLimit,
      )
      .option("--cpus <number>", "cores of a task, and threads of a run", whole("--cpus", 1, MOST_CPUS), 1)
      .requiredOption("--mem <size>", "memory of a task as Slurm writes it, e.g. 3G", memorySize)
      .option(
        "--partition <name>",
        "where, if not in the partition that is the default",
        slurmName("--partition"),
      )
      .option("--account <name>", "on whose account", slurmName("--account"))
      .option("--most <number>", "so many tasks at once at most", whole("--most", 1, MOST_TASKS))
      .option(
        "--kernels <set>",
        `the instruction set of all nodes, one of ${
          Object.keys(HELD_TO).join(", ")
        }; without it this machine's`,
      )
      .option("--dry-run", "print the script and what would be submitted; change nothing"),
  plan: (experiment: string, options: Options): Plan => {
    const { profile, time, cpus, mem, partition, account, most, dryRun = false } = options;
    const kernels = oneOf("--kernels", options.kernels, Object.keys(HELD_TO) as InstructionSet[]);
    const runs = longestFirst(forecast(requestsOfAll(experiment, profile)));
    for (const run of runs.filter(isToDo)) refuseShortTime(run, time, cpus);
    const problem = dryRun ? undefined : sbatchProblem();
    if (problem !== undefined) {
      throw new UsageError(
        `Submitting ${experiment} to Slurm: ${problem}; give the command on a machine that submits to the cluster, or ` +
          `look at the script with --dry-run.`,
      );
    }
    return {
      ...{ experiment, profile, runs, kernels, most, dryRun, notes: memoryNotes(runs, mem) },
      resources: {
        ...{ time, cpus, memory: mem.text },
        ...(partition === undefined ? {} : { partition }),
        ...(account === undefined ? {} : { account }),
      },
    };
  },
  act: submit,
});

/** What begins the longest chain is first: Slurm starts an array's tasks in their order. */
function longestFirst(runs: readonly ForecastRun[]): ForecastRun[] {
  const length = tails(workOf(runs));
  return onceEach(runs).toSorted((a, b) => (length[b.number] as number) - (length[a.number] as number));
}

/** Slurm's own names; whether there is one, Slurm says. */
function slurmName(option: string): (text: string) => string {
  return (text) => {
    if (/^[\w.,:@+-]+$/.test(text) && !text.startsWith("-")) return text;
    throw new UsageError(
      `Reading ${option} ${text}: it is no name that Slurm knows; "sinfo" lists partitions.`,
    );
  };
}

/** An epoch that takes longer than the limit would begin again and again; of a conversion the same is true of all of it. */
function refuseShortTime(
  { hash, request: { row, config }, estimate }: ForecastRun,
  time: number,
  cpus: number,
): void {
  const { epochSeconds, seconds, source } = estimate;
  const least = (epochSeconds ?? seconds ?? 0) / oneThread(cpus) * 1.5;
  if (time >= least) return;
  const what = epochSeconds === null ? "the conversion" : "an epoch";
  throw new UsageError(
    `Submitting ${row} (seed ${config.seed}, ${hash}) with --time ${
      timeLimitText(time)
    }: ${what} takes about ` +
      `${
        timeLimitText(Math.ceil(least / 1.5))
      } (${source}) and a task that is stopped goes on from its last whole epoch; ` +
      `give at least one and a half, --time ${timeLimitText(Math.ceil(least / 60) * 60)}.`,
  );
}

function memoryNotes(runs: readonly ForecastRun[], { text, bytes }: MemorySize): string[] {
  const most = Math.max(0, ...runs.filter(isToDo).map(({ estimate }) => estimate.memory));
  if (bytes >= most) return [];
  return [`runs like these took ${(most / 1e9).toFixed(1)} GB; with --mem ${text} Slurm may end them`];
}

async function submit(plan: Plan): Promise<void> {
  for (const note of plan.notes) console.error(`note: ${note}`);
  const kernels = plan.kernels ?? kernelsHere();
  noteOtherArithmetic(plan, kernels);
  if (plan.dryRun) {
    const todo = plan.runs.filter(isToDo);
    const folder = join(submissionsFolder(plan.experiment, plan.profile), "SUBMISSION");
    return tellDry(plan, arrayed(plan, todo, new Map()), { ...jobOf(plan, todo, kernels), folder });
  }
  for (const name of new Set(plan.runs.map(({ request }) => request.config.data.name))) {
    await fetchWhereMissing(name, (line) => console.error(line));
  }
  const folder = submissionsFolder(plan.experiment, plan.profile);
  const lock = await acquireLock(join(folder, "submit.lock"));
  await holding(lock, () => submitAlone(plan, kernels));
}

/** The instruction set that this machine would compute with. */
function kernelsHere(): InstructionSet {
  const inUse = kernelsInUse();
  const found = oneOf("kernels", inUse.replace(/^native /, ""), [...Object.keys(HELD_TO), "reference"]);
  if (found !== "reference") return found as InstructionSet;
  throw new UsageError(
    "Submitting with WEIGHTSHARE_KERNELS=reference: TensorFlow.js's kernels differ from node to node; unset it, or name an " +
      "instruction set with --kernels.",
  );
}

/** One table is best made with one arithmetic: its finished runs have one already. */
function noteOtherArithmetic({ runs, resources: { cpus } }: Plan, kernels: InstructionSet): void {
  const ours = `native ${kernels}, ${cpus} threads`;
  const others = new Map<string, number>();
  for (const { request } of runs.filter((run) => !isToDo(run))) {
    const { provenance } = readRecord(runPaths(request).record) ?? {};
    if (provenance === undefined) continue;
    const theirs = `${provenance.kernels}, ${provenance.threads} threads`;
    if (theirs !== ours) others.set(theirs, (others.get(theirs) ?? 0) + 1);
  }
  for (const [theirs, count] of others) {
    console.error(
      `note: ${count} finished runs were made with ${theirs}, these will be with ${ours}: other last bits`,
    );
  }
}

/** What of a plan goes to Slurm now, in arrays, whose tasks are numbered on. */
interface Arrayed {
  arrays: RunArray<ForecastRun>[];
  queued: ReadonlyMap<string, QueuedRun>;
}

function arrayed(
  { runs }: Plan,
  mine: readonly ForecastRun[],
  queued: ReadonlyMap<string, QueuedRun>,
): Arrayed {
  const tasks = new Set(
    [...mine, ...runs.filter(({ hash }) => queued.has(hash))].map(({ number }) => number),
  );
  return { arrays: arraysOf(mine, tasks), queued };
}

function jobOf(
  { experiment, profile, resources }: Plan,
  runs: readonly ForecastRun[],
  kernels: InstructionSet,
): Omit<Job, "folder"> {
  return { experiment, profile, runs, kernels, ...resources };
}

/** Holding the lock of submissions, so that of two at once the second sees what the first has queued. */
async function submitAlone(plan: Plan, kernels: InstructionSet): Promise<void> {
  const { experiment, profile } = plan;
  const todo = plan.runs.filter(({ request }) => isMissing(request));
  const queued = queuedRuns(experiment, profile);
  const free: ForecastRun[] = [];
  let running = 0;
  for (const run of todo.filter(({ hash }) => !queued.has(hash))) {
    if (await isLocked(runPaths(run.request).lock)) running++;
    else free.push(run);
  }
  const others = [
    ...(queued.size > 0 ? [`${queued.size} are queued already`] : []),
    ...(running > 0 ? [`${running} are being trained by other processes`] : []),
  ];
  console.log(
    [`${experiment}, ${profile}: ${plan.runs.length} runs, ${todo.length} without a record`, ...others].join(
      "; ",
    ),
  );
  if (free.length === 0) return console.log("Nothing to submit.");
  const { arrays } = arrayed(plan, free, queued);
  const folder = newFolder(submissionsFolder(experiment, profile));
  const script = join(folder, "job.sh");
  const runs = arrays.flatMap((array) => array.runs);
  writeWhole(script, jobScript({ ...jobOf(plan, runs, kernels), folder }));
  const jobs = submitArrays(plan, { arrays, queued }, script);
  tellHow(plan, jobs, folder);
}

function isMissing(request: ForecastRun["request"]): boolean {
  return !existsSync(runPaths(request).record);
}

/** Named by the moment; the lock is held, so that nobody else makes one. */
function newFolder(parent: string): string {
  const stamp = new Date().toISOString().slice(0, 19).replace("T", "-").replaceAll(":", "");
  for (let number = 1;; number++) {
    const folder = join(parent, number === 1 ? stamp : `${stamp}-${number}`);
    if (!existsSync(folder)) return folder;
  }
}

/** The jobs of the arrays, in their order. */
function submitArrays(plan: Plan, { arrays, queued }: Arrayed, script: string): number[] {
  const tasks = new Map<number, SlurmTask>();
  for (const { number, hash } of plan.runs) {
    const found = queued.get(hash);
    if (found !== undefined) tasks.set(number, found);
  }
  const jobs: number[] = [];
  let first = 0;
  for (const array of arrays) {
    const dependencies = dependenciesOf(
      plan,
      array,
      (number) => taskName(tasks.get(number) as SlurmTask),
      jobs.at(-1),
    );
    const done = jobs.length === 0 ? "" : ` (submitted already: ${jobs.join(", ")})`;
    const job = sbatch(
      `Submitting ${plan.experiment} at ${plan.profile}${done}`,
      optionsOf(plan, array, first, dependencies),
      script,
    );
    array.runs.forEach(({ number }, place) => tasks.set(number, { job, index: first + place }));
    console.log(`  ${job}: ${arrayText(array, plan)}`);
    jobs.push(job);
    first += array.runs.length;
  }
  return jobs;
}

/**
 * A conversion begins when its own ANN is done, whatever becomes of the others; one whose ANN failed leaves the queue. With
 * --most the arrays follow each other, as Slurm counts the tasks of each array alone.
 */
function dependenciesOf(
  { most }: Plan,
  { after }: RunArray,
  taskOf: (number: number) => string,
  before: number | string | undefined,
): string[] {
  return [
    ...(after.length > 0 ? [`afterok:${after.map(taskOf).join(":")}`] : []),
    ...(most !== undefined && before !== undefined ? [`afterany:${before}`] : []),
  ];
}

function optionsOf(
  { most }: Plan,
  { runs }: RunArray,
  first: number,
  dependencies: readonly string[],
): string[] {
  const last = first + runs.length - 1;
  return [
    `--array=${first === last ? first : `${first}-${last}`}${most === undefined ? "" : `%${most}`}`,
    ...(dependencies.length > 0
      ? [`--dependency=${dependencies.join(",")}`, "--kill-on-invalid-dep=yes"]
      : []),
  ];
}

function arrayText({ runs, after }: RunArray, plan: Plan): string {
  const count = runs.length === 1 ? "1 run" : `${runs.length} runs`;
  if (after.length === 0) return count;
  const awaited = after.map((number) => plan.runs.find((run) => run.number === number)?.hash);
  return `${count}, after ${awaited.join(" and ")}`;
}

function tellHow({ experiment, profile }: Plan, jobs: readonly number[], folder: string): void {
  console.log([
    `script:   ${toUser(join(folder, "job.sh"))}; logs beside it, JOB_TASK.log`,
    `watch:    squeue --job ${jobs.join(",")}`,
    `          deno task runs --missing --experiment ${experiment} --profile ${profile}`,
    "finished: squeue shows none of them, and no run is missing; else give the same command again, it submits what is",
  ].join("\n"));
}

function tellDry(plan: Plan, { arrays }: Arrayed, job: Job): void {
  const runs = arrays.flatMap((array) => array.runs);
  const place = new Map(runs.map(({ number }, index) => [number, index]));
  const arrayWith = (number: number) =>
    arrays.findIndex((array) => array.runs.some((run) => run.number === number));
  console.log(jobScript({ ...job, runs }));
  let first = 0;
  for (const [index, array] of arrays.entries()) {
    const taskOf = (number: number) => `JOB${arrayWith(number) + 1}_${place.get(number)}`;
    const before = index === 0 ? undefined : `JOB${index}`;
    const options = optionsOf(plan, array, first, dependenciesOf(plan, array, taskOf, before));
    console.log(`# JOB${index + 1}, ${arrayText(array, plan)}: sbatch ${options.join(" ")} job.sh`);
    first += array.runs.length;
  }
}

// Ended, as TensorFlow's threads would keep the process.
if (import.meta.main) {
  await runTask(submitTask);
  process.exit(0);
}
