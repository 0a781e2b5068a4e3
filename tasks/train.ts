import { changeRequest, parseSettings } from "../lib/experiments/change.ts";
import { requestsOf } from "../lib/experiments/experiment.ts";
import { findExperiment } from "../lib/experiments/experiments.ts";
import { parseProfile } from "../lib/experiments/profile.ts";
import { runAll } from "../lib/experiments/run.ts";
import { runPaths, type RunRequest } from "../lib/experiments/store.ts";
import type { RunRecord } from "../lib/experiments/record.ts";
import { FailureError, UsageError } from "../lib/errors.ts";
import { terminalProgress } from "../lib/notebook/terminal.ts";
import { runCommand } from "./command.ts";
import { summary } from "./summary.ts";

interface Options {
  profile: string;
  row?: string;
  seed?: string;
  set: string[];
  resumeChanged?: true;
}

await runCommand((command) =>
  command
    .name("deno task train")
    .description(
      "Trains the runs of an experiment; finished ones are read, interrupted ones resumed. Started several times, it shares the work.",
    )
    .argument("<experiment>", "e.g. fashion-mnist-proxy")
    .option("--profile <name>", "smoke, quick, study or paper", "quick")
    .option("--row <id>", "only this row of the table")
    .option("--seed <number>", "only the runs of this seed")
    .option("--set <key=value...>", "change a setting, e.g. --set T=8 learningRate=1e-3", [])
    .option(
      "--resume-changed",
      "resume a run that was interrupted under other kernels, threads or sources; its record tells all of them",
    )
    .action(train)
);

async function train(experiment: string, options: Options): Promise<void> {
  const running = {
    onProgress: terminalProgress(),
    resumeChanged: options.resumeChanged === true,
    onWait: ({ row }: RunRequest) => console.error(`${row}: another process runs it; waiting for its record`),
  };
  await runAll(requests(experiment, options), running, (record, request) => {
    console.log(summary(record));
    console.log(`  ${runPaths(request).record}`);
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

function requests(experiment: string, { profile, row, seed, set }: Options): RunRequest[] {
  const all = requestsOf(findExperiment(experiment), parseProfile(profile));
  const rows = choose(all, "the row", row, (request) => request.row);
  const chosen = choose(rows, "the seed", seed, ({ config }) => String(config.seed));
  const settings = parseSettings(set);
  return set.length === 0 ? chosen : chosen.map((request) => changeRequest(request, settings));
}

/** The requests with a wanted value, or all where none is wanted. */
function choose(
  requests: RunRequest[],
  what: string,
  wanted: string | undefined,
  valueOf: (request: RunRequest) => string,
): RunRequest[] {
  const chosen = requests.filter((request) => wanted === undefined || valueOf(request) === wanted);
  if (chosen.length > 0) return chosen;
  const known = [...new Set(requests.map(valueOf))].join(", ");
  throw new UsageError(
    `Choosing ${what} "${wanted}" of ${requests[0]?.experiment}: it is unknown; use one of ${known}.`,
  );
}
