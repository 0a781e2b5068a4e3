import { failureLine } from "../lib/attempts.ts";
import { parseSettings } from "../lib/experiments/change.ts";
import { parseProfile, type Profile } from "../lib/runs/profile.ts";
import { MOST_JOBS, type Together, together } from "../lib/runs/processes.ts";
import { runTogether } from "../lib/runs/run_together.ts";
import { requestsOfAll, runOfHash, runOfNumber } from "../lib/experiments/plan.ts";
import { changed, chooseRuns } from "../lib/experiments/train.ts";
import { plan as planned } from "../lib/runs/plan.ts";
import { runPaths, type RunRequest } from "../lib/runs/store.ts";
import type { RunRecord } from "../lib/runs/record.ts";
import { arrayIndex } from "../lib/environment.ts";
import { UsageError } from "../lib/errors.ts";
import { terminalProgress } from "../lib/notebook/terminal.ts";
import { boardOf, type RunBoard } from "./board.ts";
import { path, whole } from "./arguments.ts";
import { requireWritableFolder } from "./files.ts";
import { refuseDivergence } from "./refuse_divergence.ts";
import { stopBetweenRuns } from "./stoppable.ts";
import { summary } from "./summary.ts";
import { defineTask, runTask } from "./task.ts";
import { toUser } from "./user_path.ts";

interface Options {
  profile: Profile;
  row?: string;
  seed?: string;
  set: string[];
  run?: string;
  /** True where it has no number: the scheduler's variable has it. */
  index?: number | true;
  jobs?: number;
  resumeChanged?: true;
  tensorboard?: string;
}

interface Plan {
  requests: RunRequest[];
  /** The same in several processes. */
  together: Together | undefined;
  resumeChanged: boolean;
  tensorBoard: string | undefined;
  /** Whether one run was named, so that no other process is meant to make it. */
  alone: boolean;
}

/** `deno task train`. */
export const trainTask = defineTask({
  name: "train",
  description:
    "Trains the runs of an experiment; finished ones are read, interrupted ones resumed. Started several times, it shares the work. " +
    "Exit codes: 0 done; 75 stopped by Ctrl+C or SIGTERM, the same command goes on; 1 failed or diverged; 2 wrong usage.",
  declare: (command) =>
    command
      .argument("[experiment]", "e.g. fashion-mnist-proxy; --run and --index alone do without")
      .option("--profile <name>", "smoke, quick, study or paper", parseProfile, "quick")
      .option("--row <id>", "only this row of the table")
      .option("--seed <number>", "only the runs of this seed")
      .option(
        "--set <key=value...>",
        "change settings, e.g. --set T=8 schedule=cosine; what follows from them (milestones, when norms freeze) follows",
        [],
      )
      .option("--run <hash>", "only the run of this hash", runHash)
      .option(
        "--index [number]",
        'only the run of this number, as "deno task plan" counts; without a number the one that Slurm, Kubernetes, PBS, ' +
          "SGE or LSF gives this process",
        whole("--index", 0),
      )
      .option(
        "--jobs <number>",
        "so many processes of one thread each, which has other bits than the threads of all cores",
        whole("--jobs", 1, MOST_JOBS),
      )
      .option(
        "--resume-changed",
        "resume a run that was interrupted under other kernels, threads or sources; its record tells all of them",
      )
      .option(
        "--tensorboard <folder>",
        "also write event files for TensorBoard, a folder for each run",
        path,
      ),
  plan: (experiment: string | undefined, options: Options): Plan => {
    const requests = requestsFor(experiment, options);
    if (options.tensorboard !== undefined) requireWritableFolder(options.tensorboard);
    return {
      requests,
      together: options.jobs === undefined ? undefined : together(requests, options.jobs),
      resumeChanged: options.resumeChanged === true,
      tensorBoard: options.tensorboard,
      alone: options.run !== undefined || options.index !== undefined,
    };
  },
  act: train,
});

/** A run that fails or diverges does not end the others. */
async function train({ requests, together, resumeChanged, tensorBoard, alone }: Plan): Promise<void> {
  stopBetweenRuns();
  const shown: RunBoard = together === undefined
    ? { onProgress: terminalProgress(), say: (text: string) => console.error(text), report: console.log }
    : boardOf(together);
  const running = {
    onProgress: shown.onProgress,
    onLine: shown.say,
    resumeChanged,
    tensorBoard,
    alone,
    onWait: ({ row }: RunRequest) => shown.say(`${row}: another process runs it; waiting for its record`),
    onFailure: (row: string, error: unknown) => {
      if (requests.length > 1) shown.say(failureLine(row, error));
    },
  };
  const onRecord = (record: RunRecord, request: RunRequest) => {
    shown.report(`${summary(record)}\n  ${toUser(runPaths(request).record)}`);
    refuseDivergence(record);
  };
  if (together === undefined) {
    const { runAll } = await import("../lib/runs/run.ts"); // what is refused, or left to workers, loads no TensorFlow
    await runAll(requests, running, onRecord);
  } else await runTogether(together, running, onRecord).finally(() => shown.end?.());
}

function requestsFor(experiment: string | undefined, options: Options): RunRequest[] {
  return options.run === undefined && options.index === undefined
    ? severalRuns(experiment, options)
    : [oneRun(experiment, options)];
}

function severalRuns(experiment: string | undefined, { profile, row, seed, set }: Options): RunRequest[] {
  if (experiment === undefined) {
    throw new UsageError(
      "Training: no experiment is named; name one, e.g. fashion-mnist-proxy, or one run with --run or --index.",
    );
  }
  const settings = parseSettings(set);
  return chooseRuns(experiment, { profile, row, seed }).map((one) => changed(one, settings));
}

/** The run of a hash or number among all of the experiment, or of every experiment where none is named. */
function oneRun(experiment: string | undefined, options: Options): RunRequest {
  const { run, index, profile, row, seed, set } = options;
  if (run !== undefined && index !== undefined) {
    throw new UsageError("Reading the command line: --run and --index exclude each other; give one.");
  }
  const chooses = row !== undefined || seed !== undefined || set.length > 0;
  if (chooses && (index !== undefined || experiment === undefined)) {
    throw new UsageError(
      `Reading the command line: ${
        index === undefined ? "--run without an experiment" : "--index"
      } counts the runs of whole plans, so that --row, --seed and --set cannot go with it; leave them out.`,
    );
  }
  const where = `${experiment ?? "all experiments"} at ${profile}`;
  if (run === undefined) {
    const number = index === true ? arrayIndex() : index as number;
    return runOfNumber(planned(requestsOfAll(experiment, profile)), number, where).request;
  }
  const among = experiment === undefined
    ? requestsOfAll(experiment, profile)
    : severalRuns(experiment, options);
  return runOfHash(planned(among), run, where).request;
}

function runHash(text: string): string {
  if (/^[0-9a-f]{16}$/.test(text)) return text;
  throw new UsageError(
    `Reading --run ${text}: a run's hash has 16 hexadecimal digits; "deno task plan" lists them.`,
  );
}

if (import.meta.main) await runTask(trainTask);
