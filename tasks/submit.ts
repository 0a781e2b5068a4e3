import { existsSync } from "node:fs";
import { join } from "node:path";
import { fetchWhereMissing } from "../lib/data/fetch.ts";
import { UsageError } from "../lib/errors.ts";
import { findExperiment } from "../lib/experiments/experiments.ts";
import { requestsOfAll } from "../lib/experiments/plan.ts";
import { writeWhole } from "../lib/files.ts";
import { acquireLock, holding, lockWherePossible } from "../lib/lock.ts";
import { forecast, type ForecastRun, isToDo, workOf } from "../lib/runs/forecast.ts";
import { parseProfile, type Profile } from "../lib/runs/profile.ts";
import { tails } from "../lib/runs/schedule.ts";
import { MOST_CPUS, oneOf, whole } from "./arguments.ts";
import { HELD_TO, type InstructionSet } from "./instruction_sets.ts";
import { onceEach } from "./missing.ts";
import { arraysOf, type RunArray, submitArrays } from "./slurm/arrays.ts";
import { arithmeticNotes, memoryNotes, refuseShortTime } from "./slurm/checks.ts";
import { freeRuns } from "./slurm/free_runs.ts";
import { type Job, jobScript, placeOptions, type Resources, submissionsFolder } from "./slurm/job_script.ts";
import { type MemorySize, memorySize } from "./slurm/memory_size.ts";
import { release, sbatch, sbatchProblem } from "./slurm/commands.ts";
import { timeLimit } from "./slurm/time_limit.ts";
import { defineTask, runTask } from "./task.ts";
import { toUser } from "./user_path.ts";

interface Options {
  profile: Profile;
  time?: number;
  cpus: number;
  mem?: MemorySize;
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
  memory: MemorySize;
}

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
      .option(
        "--time <limit>",
        "time limit of a task as Slurm writes it, e.g. 24:00:00; at least one and a half epochs",
        timeLimit,
      )
      .option("--cpus <number>", "cores of a task, and threads of a run", whole("--cpus", 1, MOST_CPUS), 1)
      .option("--mem <size>", "memory of a task as Slurm writes it, e.g. 3G", memorySize)
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
    if (time === undefined || mem === undefined) {
      throw new UsageError(
        `Submitting ${experiment}: ${
          time === undefined ? "--time" : "--mem"
        } is missing; give both, e.g. --time 24:00:00 --mem 3G.`,
      );
    }
    const kernels = oneOf("--kernels", options.kernels, Object.keys(HELD_TO) as InstructionSet[]);
    const runs = longestFirst(forecast(requestsOfAll(experiment, profile)));
    refuseShortTime(runs.filter(isToDo), time, cpus);
    const problem = dryRun ? undefined : sbatchProblem();
    if (problem !== undefined) {
      throw new UsageError(
        `Submitting ${experiment} to Slurm: ${problem}; give the command on a machine that submits to the cluster, or ` +
          `look at the script with --dry-run.`,
      );
    }
    return {
      ...{ experiment, profile, runs, kernels, most, dryRun, memory: mem },
      resources: { time, cpus, memory: mem.text, partition, account },
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

async function submit(plan: Plan): Promise<void> {
  const kernels = plan.kernels ?? await kernelsHere();
  const notes = [
    ...memoryNotes(plan.runs, plan.memory),
    ...arithmeticNotes(plan.runs, plan.resources.cpus, kernels),
  ];
  for (const note of notes) console.error(`note: ${note}`);
  if (plan.dryRun) return tellDry(plan, kernels);
  for (const name of new Set(plan.runs.map(({ request }) => request.config.data.name))) {
    await fetchWhereMissing(name, (line) => console.error(line));
  }
  const path = join(submissionsFolder(plan.experiment, plan.profile), "submit.lock");
  const lock = await lockWherePossible(
    () => acquireLock(path),
    (sentence) => console.error(`note: ${sentence}`),
  );
  if (lock !== undefined) await holding(lock, () => submitAlone(plan, kernels));
}

/** The instruction set that this machine would compute with. */
async function kernelsHere(): Promise<InstructionSet> {
  const { kernelsInUse } = await import("../lib/ops/kernels.ts"); // what is refused loads no TensorFlow
  const inUse = kernelsInUse().replace(/^native /, "");
  if (Object.hasOwn(HELD_TO, inUse)) return inUse as InstructionSet;
  throw new UsageError(
    `Submitting with WEIGHTSHARE_KERNELS=${inUse}: TensorFlow.js's own kernels are held to no instruction set, so that nodes ` +
      `would differ; unset it, or name a set with --kernels.`,
  );
}

/** Holding the lock of submissions, so that of two at once the second sees what the first has queued. */
async function submitAlone(plan: Plan, kernels: InstructionSet): Promise<void> {
  const { experiment, profile, most } = plan;
  const { lacking, queued, stuck, free } = await freeRuns(plan.runs, experiment, profile);
  const running = lacking.length - queued.size - free.length;
  console.log([
    `${experiment}, ${profile}: ${plan.runs.length} runs, ${lacking.length} without a record`,
    ...(queued.size > 0 ? [`${queued.size} of them queued already`] : []),
    ...(running > 0 ? [`${running} of them trained by other processes now`] : []),
  ].join("; "));
  for (const { task, waits } of stuck) console.log(`  ${task}: ${release(task, waits)}`);
  if (free.length === 0) return console.log("Nothing to submit.");
  const tasks = new Map([...queued].map(([number, { task }]) => [number, task]));
  const arrays = arraysOf(free, new Set([...tasks.keys(), ...free.map(({ number }) => number)]));
  const folder = newFolder(submissionsFolder(experiment, profile));
  const script = join(folder, "job.sh");
  writeWhole(script, jobScript(jobOf(plan, arrays, kernels, folder)));
  const jobs = submitArrays(arrays, { most, tasks }, (array, options, before) => {
    const done = before.length === 0 ? "" : ` (submitted already: ${before.join(", ")})`;
    // The place again, as the script's would yield to SBATCH_PARTITION and SBATCH_ACCOUNT.
    const all = [...options, ...placeOptions(plan.resources)];
    const job = sbatch(`Submitting ${experiment} at ${profile}${done}`, all, script);
    console.log(`  ${job}: ${arrayText(array, plan)}`);
    return job;
  });
  tellHow(plan, jobs, folder);
}

/** Named by the moment; the lock is held, so that nobody else makes one. */
function newFolder(parent: string): string {
  const stamp = new Date().toISOString().slice(0, 19).replace("T", "-").replaceAll(":", "");
  for (let number = 1;; number++) {
    const folder = join(parent, number === 1 ? stamp : `${stamp}-${number}`);
    if (!existsSync(folder)) return folder;
  }
}

function jobOf(
  { experiment, profile, resources }: Plan,
  arrays: readonly RunArray<ForecastRun>[],
  kernels: InstructionSet,
  folder: string,
): Job {
  return { experiment, profile, runs: arrays.flatMap(({ runs }) => runs), folder, kernels, ...resources };
}

function arrayText({ runs, after }: RunArray, plan: Plan): string {
  const count = runs.length === 1 ? "1 run" : `${runs.length} runs`;
  if (after.length === 0) return count;
  const awaited = after.map((number) => plan.runs.find((run) => run.number === number)?.hash);
  return `${count}, after ${awaited.join(" and ")}`;
}

function tellHow({ experiment, profile }: Plan, jobs: readonly string[], folder: string): void {
  console.log([
    `script:   ${toUser(join(folder, "job.sh"))}; logs beside it, JOB_TASK.log`,
    `watch:    squeue --job ${jobs.join(",")}`,
    `          deno task runs --missing --experiment ${experiment} --profile ${profile}`,
    "finished: squeue shows none of them and no run is missing; else give the same command again, it submits what is",
  ].join("\n"));
}

/** The script, and the commands for it, with JOB1 for the first job that Slurm would name. */
function tellDry(plan: Plan, kernels: InstructionSet): void {
  const todo = plan.runs.filter(isToDo);
  const arrays = arraysOf(todo, new Set(todo.map(({ number }) => number)));
  const folder = join(submissionsFolder(plan.experiment, plan.profile), "SUBMISSION");
  if (todo.length === 0) return console.log("# Nothing to submit.");
  console.log(jobScript(jobOf(plan, arrays, kernels, folder)));
  submitArrays(arrays, { most: plan.most, tasks: new Map() }, (array, options, before) => {
    const job = `JOB${before.length + 1}`;
    console.log(`# ${job}, ${arrayText(array, plan)}: sbatch ${options.join(" ")} job.sh`);
    return job;
  });
}

if (import.meta.main) await runTask(submitTask);
