import { Attempts } from "../attempts.ts";
import { fetchWhereMissing } from "../data/fetch.ts";
import { checkEnvironment, environmentNotes } from "../environment.ts";
import { FailureError, InterruptedError } from "../errors.ts";
import { fit } from "../learning/fit.ts";
import { Interruptible } from "../learning/interrupt.ts";
import type { OnProgress, Progress } from "../learning/progress.ts";
import { converts } from "../learning/rules/all.ts";
import { acquireLock, holding, type Lock, lockWherePossible, tryLock } from "../lock.ts";
import { countParameters } from "../models/model.ts";
import { assemble, type Assembly } from "./assemble/assemble.ts";
import { sharingDatasets } from "./assemble/dataset.ts";
import { annOf, parseConfig } from "./config/config.ts";
import { convert } from "./convert.ts";
import { notingFailure } from "./failure.ts";
import { finish } from "./finish.ts";
import { Journal } from "./journal.ts";
import { clearFinished, clearTemporary } from "./leftovers.ts";
import type { RunContext } from "./context.ts";
import { together } from "./processes.ts";
import type { RunRecord } from "./record.ts";
import { runTogether } from "./run_together.ts";
import { report, reportPasses } from "./looks/look.ts";
import { readRecord, type RunPaths, runPaths, type RunRequest } from "./store.ts";
import { drawEpochs } from "./tensor_board.ts";

export interface RunOptions {
  onProgress?: OnProgress;
  /** Called when another process holds this run and we wait for its record. */
  onWait?: (request: RunRequest) => void;
  /** Whether a checkpoint is taken that was made with other kernels, threads or sources; the record tells all of them. */
  resumeChanged?: boolean;
  /** Where TensorBoard's event files go, in a folder for each run. */
  tensorBoard?: string | undefined;
  /** Whether no other process makes these runs, as in a cluster's task: where there are no locks, that is said, not refused. */
  alone?: boolean;
  /** Several runs are made in so many processes of one thread each, which has other bits than more threads. */
  jobs?: number;
  /** With `jobs`: gets what the processes write to standard error, line by line; without it, standard error does. */
  onLine?: (line: string) => void;
  /** Called when one of several runs failed, by its row; the others go on. */
  onFailure?: (row: string, error: unknown) => void;
}

/**
 * The record of a run: read if it is there, else trained, resuming from its checkpoint. Of two processes asked for the
 * same run, one trains and the other waits and reads.
 */
export async function run(request: RunRequest, options: RunOptions = {}): Promise<RunRecord> {
  return await readOrMake(
    request,
    options,
    (path, checked) => acquireLock(path, () => options.onWait?.(checked)),
  ) as RunRecord;
}

/** The same, but nothing where another process holds the run. */
export async function runUnlessHeld(
  request: RunRequest,
  options: RunOptions = {},
): Promise<RunRecord | undefined> {
  return await readOrMake(request, options, tryLock);
}

/**
 * The records of several runs, in their order. Runs that other processes hold are left to them while there is other work,
 * so that the same command, started several times, shares it. A run that fails, or whose record `onRecord` refuses, does
 * not end the others: what failed is thrown at the end.
 */
export async function runAll(
  requests: readonly RunRequest[],
  options: RunOptions = {},
  onRecord: (record: RunRecord, request: RunRequest) => void = () => {},
): Promise<RunRecord[]> {
  if (options.jobs !== undefined) {
    const checked = requests.map((request) => ({ ...request, config: parseConfig(request.config) }));
    return await runTogether(together(checked, options.jobs), options, onRecord);
  }
  return await sharingDatasets(() => runInTurn(requests, options, onRecord));
}

async function runInTurn(
  requests: readonly RunRequest[],
  options: RunOptions,
  onRecord: (record: RunRecord, request: RunRequest) => void,
): Promise<RunRecord[]> {
  const attempts = new Attempts("Making the runs", requests.length, options.onFailure);
  const records = new Map<RunRequest, RunRecord>();
  const waiting: RunRequest[] = [];
  const attempt = (request: RunRequest, make: () => Promise<RunRecord | undefined>) =>
    attempts.make(request.row, async () => {
      const record = await make();
      if (record === undefined) return void waiting.push(request);
      records.set(request, record);
      await drawEpochs(options.tensorBoard, request, record.curve);
      onRecord(record, request);
    });
  for (const request of requests) await attempt(request, () => runUnlessHeld(request, options));
  for (const request of waiting) await attempt(request, () => run(request, options));
  attempts.end();
  return requests.map((request) => records.get(request) as RunRecord);
}

/** Nothing where another process holds the lock. */
async function readOrMake(
  request: RunRequest,
  options: RunOptions,
  lockOf: (path: string, checked: RunRequest) => Promise<Lock | undefined>,
): Promise<RunRecord | undefined> {
  checkEnvironment();
  const checked = { ...request, config: parseConfig(request.config) };
  const paths = runPaths(checked);
  const finished = readRecord(paths.record);
  if (finished !== undefined) {
    await clearFinished(paths);
    return finished;
  }
  const take = () => lockOf(paths.lock, checked);
  const lock = options.alone === true
    ? await lockWherePossible(take, (sentence) => console.error(`note: ${sentence}`))
    : await take();
  if (lock === undefined) return undefined;
  return await holding(lock, async () => {
    clearTemporary(paths);
    return readRecord(paths.record) ?? await notingFailure(paths, () => make(checked, paths, options));
  });
}

async function make(request: RunRequest, paths: RunPaths, options: RunOptions): Promise<RunRecord> {
  if (request.elsewhere !== undefined) {
    throw new FailureError(
      `Training ${request.row} of ${request.experiment}: it is not trained here, and its record ${paths.record} is not there; ` +
        `${request.elsewhere}.`,
    );
  }
  if (!converts(request.config.rule)) {
    return await within(request, paths, options, (context) => train(context, options));
  }
  const ann = { ...request, row: "ann", config: annOf(request.config) };
  const source = { record: await run(ann, options), weights: runPaths(ann).weights };
  return await within(request, paths, options, (context) => convert(context, source));
}

/** Assembles a run, makes its record and frees everything, also when it is interrupted or fails. */
async function within(
  request: RunRequest,
  paths: RunPaths,
  { onProgress = () => {} }: RunOptions,
  work: (context: RunContext) => Promise<RunRecord>,
): Promise<RunRecord> {
  noteEnvironment();
  await fetchWhereMissing(request.config.data.name, (line) => console.error(line));
  const assembly = await assemble(request.config);
  const interruptible = new Interruptible();
  let latest = startOf(request, assembly);
  const showProgress = (progress: Partial<Progress>) => onProgress(latest = { ...latest, ...progress });
  try {
    return await work({ request, paths, assembly, interruptible, showProgress });
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    throw new InterruptedError(
      `Stopped by the user; the finished epochs of ${request.row} are kept, run the same command again to go on.`,
    );
  } finally {
    interruptible.release();
    await assembly.dispose();
  }
}

let noted = false;

/** Says once what of the environment makes this process's numbers or speed other than usual. */
function noteEnvironment(): void {
  if (!noted) { for (const note of environmentNotes()) console.error(`note: ${note}`); }
  noted = true;
}

function startOf({ row, config: { training: { epochs } } }: RunRequest, { training }: Assembly): Progress {
  const place = { epoch: 0, epochs, step: 0, steps: training.steps };
  return {
    run: row,
    phase: "train",
    ...place,
    loss: NaN,
    accuracy: NaN,
    imagesPerSecond: NaN,
    secondsLeft: NaN,
  };
}

async function train(
  context: RunContext,
  { resumeChanged = false, tensorBoard }: RunOptions,
): Promise<RunRecord> {
  const { request, paths, assembly, interruptible, showProgress } = context;
  const { row, config } = request;
  const { model, rule } = assembly;
  const journal = new Journal(paths.work, assembly, { row, resumeChanged });
  await drawEpochs(tensorBoard, request, journal.curve);
  await showProgress({ epoch: journal.curve.length, ...journal.curve.at(-1)?.train });
  const { divergence } = await fit({
    ...assembly,
    ...config.training,
    name: row,
    finished: journal.curve.length,
    interruptible,
    passesAfterwards: reportPasses({ model, reader: rule }, config),
    onProgress: showProgress,
    onEpoch: async (line, took) => {
      journal.add(line, took);
      await drawEpochs(tensorBoard, request, [line]);
    },
  });
  const ended = divergence === undefined ? await report(context, { model, reader: rule }) : { divergence };
  return await finish(context, {
    ...{ curve: journal.curve, startedAt: journal.startedAt, sessions: journal.sessions },
    parameters: countParameters(model),
    ...{ cost: journal.cost(assembly.training.steps * assembly.training.batchSize), reader: rule, model },
    ...ended,
  });
}
