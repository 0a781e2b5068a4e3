import { failureLine } from "../lib/attempts.ts";
import { parseSettings } from "../lib/experiments/change.ts";
import { parseProfile, type Profile } from "../lib/runs/profile.ts";
import { runAll } from "../lib/runs/run.ts";
import { changed, chooseRuns } from "../lib/experiments/train.ts";
import { runPaths, type RunRequest } from "../lib/runs/store.ts";
import type { RunRecord } from "../lib/runs/record.ts";
import { FailureError } from "../lib/errors.ts";
import { terminalProgress } from "../lib/notebook/terminal.ts";
import { stopBetweenRuns } from "./stoppable.ts";
import { summary } from "./summary.ts";
import { defineTask, runTask } from "./task.ts";
import { toUser } from "./user_path.ts";

interface Options {
  profile: Profile;
  row?: string;
  seed?: string;
  set: string[];
  resumeChanged?: true;
}

interface Plan {
  requests: RunRequest[];
  resumeChanged: boolean;
}

/** `deno task train`. */
export const trainTask = defineTask({
  name: "train",
  description:
    "Trains the runs of an experiment; finished ones are read, interrupted ones resumed. Started several times, it shares the work. " +
    "Exit codes: 0 done; 75 stopped by Ctrl+C or SIGTERM, the same command goes on; 1 failed or diverged; 2 wrong usage.",
  declare: (command) =>
    command
      .argument("<experiment>", "e.g. fashion-mnist-proxy")
      .option("--profile <name>", "smoke, quick, study or paper", parseProfile, "quick")
      .option("--row <id>", "only this row of the table")
      .option("--seed <number>", "only the runs of this seed")
      .option(
        "--set <key=value...>",
        "change settings, e.g. --set T=8 schedule=cosine; what follows from them (milestones, when norms freeze) follows",
        [],
      )
      .option(
        "--resume-changed",
        "resume a run that was interrupted under other kernels, threads or sources; its record tells all of them",
      ),
  plan: (experiment: string, options: Options): Plan => ({
    requests: requestsFor(experiment, options),
    resumeChanged: options.resumeChanged === true,
  }),
  act: train,
});

/** A run that fails or diverges does not end the others. */
async function train({ requests, resumeChanged }: Plan): Promise<void> {
  stopBetweenRuns();
  const running = {
    onProgress: terminalProgress(),
    resumeChanged,
    onWait: ({ row }: RunRequest) => console.error(`${row}: another process runs it; waiting for its record`),
    onFailure: (row: string, error: unknown) => {
      if (requests.length > 1) console.error(failureLine(row, error));
    },
  };
  await runAll(requests, running, (record, request) => {
    console.log(summary(record));
    console.log(`  ${toUser(runPaths(request).record)}`);
    refuseDivergence(record);
  });
}

function refuseDivergence({ row, divergence }: RunRecord): void {
  if (divergence === undefined) return;
  const { epoch, step, what, value } = divergence;
  throw new FailureError(
    `Training ${row}: the ${what} became ${value} at epoch ${epoch}, step ${step}; lower the learning rate ` +
      `(--set learningRate=...). The record keeps what came before.`,
  );
}

function requestsFor(experiment: string, { profile, row, seed, set }: Options): RunRequest[] {
  const settings = parseSettings(set);
  return chooseRuns(experiment, { profile, row, seed }).map((one) => changed(one, settings));
}

if (import.meta.main) await runTask(trainTask);
