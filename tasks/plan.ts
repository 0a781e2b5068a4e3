import { UsageError } from "../lib/errors.ts";
import { findExperiment } from "../lib/experiments/experiments.ts";
import { requestsOfAll } from "../lib/experiments/plan.ts";
import { duration } from "../lib/notebook/pace_text.ts";
import { forecast, type ForecastRun, isToDo, workOf } from "../lib/runs/forecast.ts";
import { parseProfile, type Profile } from "../lib/runs/profile.ts";
import { asTasks, type Makespan, makespan, makespanCurve } from "../lib/runs/schedule.ts";
import { MOST_CPUS, whole } from "./arguments.ts";
import { defineTask, runTask } from "./task.ts";

interface Options {
  profile: Profile;
  json?: true;
  commands?: true;
  nodes?: number;
  cpus?: number;
}

interface Plan {
  experiment: string | undefined;
  profile: Profile;
  form: "table" | "json" | "commands";
  /** Nodes and the cores of each; none where nothing is to be predicted. */
  cluster: { nodes: number; cpus: number } | undefined;
}

const MOST_NODES = 100_000;

/** `deno task plan`. */
export const planTask = defineTask({
  name: "plan",
  description:
    "Says what is to do for an experiment, or for all: every run by number and hash, what it waits for, what it will take " +
    "on one core and how that is known. Changes nothing.",
  declare: (command) =>
    command
      .argument("[experiment]", "e.g. fashion-mnist-proxy; all of them where none is named")
      .option("--profile <name>", "smoke, quick, study or paper", parseProfile, "quick")
      .option("--json", "print the plan as JSON")
      .option(
        "--commands",
        "print a command for each run that is to do, in a good order, e.g. for GNU parallel",
      )
      .option("--nodes <number>", "predict when so many machines are done", whole("--nodes", 1, MOST_NODES))
      .option("--cpus <number>", "cores of each machine, a run on each", whole("--cpus", 1, MOST_CPUS)),
  plan: (experiment: string | undefined, { profile, json, commands, nodes, cpus }: Options): Plan => {
    if (json && commands) {
      throw new UsageError("Reading the command line: --json and --commands exclude each other; give one.");
    }
    const predicts = nodes !== undefined || cpus !== undefined;
    if (commands && predicts) {
      throw new UsageError(
        "Reading the command line: commands say nothing of time; leave out --commands, or --nodes and --cpus.",
      );
    }
    return {
      experiment: experiment === undefined ? undefined : findExperiment(experiment).name,
      profile,
      form: json ? "json" : commands ? "commands" : "table",
      cluster: predicts ? { nodes: nodes ?? 1, cpus: cpus ?? 1 } : undefined,
    };
  },
  act: report,
});

function report({ experiment, profile, form, cluster }: Plan): void {
  const runs = forecast(requestsOfAll(experiment, profile));
  if (form === "json") return console.log(JSON.stringify(asJson(runs, profile, cluster), null, 1));
  const lines = form === "commands" ? commandsOf(runs) : [...tableOf(runs), "", ...totals(runs, cluster)];
  if (lines.length > 0) console.log(lines.join("\n"));
}

/** What waits for others that are to do comes last, and of the rest what takes longest first. */
function commandsOf(runs: readonly ForecastRun[]): string[] {
  const waits = ({ after }: ForecastRun) =>
    Number(after.some((number) => isToDo(runs[number] as ForecastRun)));
  const todo = runs.filter(isToDo).toSorted((a, b) =>
    waits(a) - waits(b) || (b.secondsLeft ?? 0) - (a.secondsLeft ?? 0)
  );
  return todo.map(({ hash, request: { experiment, profile } }) =>
    `TF_NUM_INTRAOP_THREADS=1 deno task train ${experiment} --profile ${profile} --run ${hash}`
  );
}

const HEADINGS = ["number", "hash", "experiment", "row", "seed", "state", "after", "s/epoch", "left", "from"];
/** Columns of numbers. */
const RIGHT = new Set(["number", "seed", "s/epoch", "left"]);

function tableOf(runs: readonly ForecastRun[]): string[] {
  const rows = [HEADINGS, ...runs.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  return rows.map((row) =>
    row.map((cell, column) => {
      const width = widths[column] as number;
      return RIGHT.has(HEADINGS[column] as string) ? cell.padStart(width) : cell.padEnd(width);
    }).join("  ").trimEnd()
  );
}

function cellsOf(run: ForecastRun): string[] {
  const { number, hash, request: { experiment, row, config: { seed, training } }, after, estimate } = run;
  const begun = run.epochs > 0 ? `epoch ${run.epochs} of ${training.epochs}` : run.state;
  return [
    ...[String(number), hash, experiment, row, String(seed), isToDo(run) ? begun : run.state],
    after.length === 0 ? "-" : after.join(", "),
    estimate.epochSeconds === null ? "-" : threeDigits(estimate.epochSeconds),
    run.secondsLeft === null ? "?" : duration(run.secondsLeft),
    isToDo(run) ? estimate.source : "-",
  ];
}

/** "4,840", "0.0512": three digits tell enough. */
const threeDigits = (value: number) => value.toLocaleString("en-US", { maximumSignificantDigits: 3 });

const hoursAlone = (seconds: number) => threeDigits(seconds / 3600);

const hours = (seconds: number) => `${hoursAlone(seconds)} hours`;

function totals(runs: readonly ForecastRun[], cluster: Plan["cluster"]): string[] {
  const todo = runs.filter(isToDo);
  const unknown = todo.filter(({ secondsLeft }) => secondsLeft === null).length;
  const left = todo.reduce((sum, { secondsLeft }) => sum + (secondsLeft ?? 0), 0);
  const lacking = unknown === 0 ? "" : `, and ${unknown} runs of which no record tells`;
  const estimated = todo.some(({ estimate }) => estimate.source.startsWith("estimated"))
    ? " (estimated)"
    : "";
  return [
    `${runs.length} runs, ${todo.length} to do: ${hours(left)} of one core in all${estimated}${lacking}.`,
    ...(cluster === undefined ? [] : prediction(runs, cluster)),
  ];
}

function prediction(runs: readonly ForecastRun[], { nodes, cpus }: NonNullable<Plan["cluster"]>): string[] {
  const tasks = asTasks(workOf(runs));
  const curve = makespanCurve(tasks);
  const enough = curve.at(-1) as Makespan;
  const asked = makespan(tasks, nodes * cpus);
  return [
    `${nodes} x ${cpus} cores, a run of one thread on each: done after ${hours(asked)}.`,
    `Cores and hours: ${curve.map(({ cores, seconds }) => `${cores}: ${hoursAlone(seconds)}`).join(", ")}.`,
    `More than ${enough.cores} cores do not help: the longest run, with what it waits for, takes ${
      hours(enough.seconds)
    }.`,
  ];
}

function asJson(runs: readonly ForecastRun[], profile: Profile, cluster: Plan["cluster"]) {
  const works = workOf(runs);
  const tasks = asTasks(works);
  const curve = cluster === undefined ? undefined : makespanCurve(tasks);
  return {
    profile,
    runs: runs.map(({ number, hash, request, after, state, epochs, estimate, secondsLeft }) => ({
      ...{ number, hash, experiment: request.experiment, row: request.row, seed: request.config.seed },
      ...{ after, state, epochsDone: epochs, epochs: request.config.training.epochs },
      ...{
        secondsPerEpoch: estimate.epochSeconds,
        secondsLeft,
        memory: estimate.memory,
        source: estimate.source,
      },
    })),
    toDo: runs.filter(isToDo).length,
    secondsLeft: works.reduce((sum, { seconds }) => sum + seconds, 0),
    ...(cluster === undefined || curve === undefined ? {} : {
      makespan: { ...cluster, seconds: makespan(tasks, cluster.nodes * cluster.cpus) },
      curve,
      enough: curve.at(-1),
    }),
  };
}

if (import.meta.main) await runTask(planTask);
