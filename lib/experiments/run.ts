import { rmSync } from "node:fs";
import { InterruptedError } from "../errors.ts";
import { writeWhole } from "../files.ts";
import { fit, type FitOptions } from "../learning/fit.ts";
import { Interruptible } from "../learning/interrupt.ts";
import type { Divergence, EpochLine } from "../learning/metrics.ts";
import type { OnProgress, Progress } from "../learning/progress.ts";
import { countParameters, disposeModel, modelVariables } from "../models/model.ts";
import { packSafetensors } from "../ops/safetensors.ts";
import { assemble, type Assembly } from "./assemble.ts";
import { parseConfig } from "./config.ts";
import { hostTensors, Journal } from "./journal.ts";
import { withLock } from "../lock.ts";
import { provenance } from "./provenance.ts";
import { RECORD_FORMAT, type RunRecord } from "./record.ts";
import { spikingReport } from "./spiking_report.ts";
import { readRecord, type RunPaths, runPaths, type RunRequest } from "./store.ts";

export interface RunOptions {
  onProgress?: OnProgress;
  /** Called when another process holds this run and we wait for its record. */
  onWait?: (request: RunRequest) => void;
}

/**
 * The record of a run: read if it is there, else trained, resuming from its checkpoint. Of two processes asked for the
 * same run, one trains and the other waits and reads.
 */
export async function run(request: RunRequest, options: RunOptions = {}): Promise<RunRecord> {
  const checked = { ...request, config: parseConfig(request.config) };
  const paths = runPaths(checked);
  const finished = readRecord(paths.record);
  if (finished !== undefined) return finished;
  return await withLock(
    paths.lock,
    async () => readRecord(paths.record) ?? await train(checked, paths, options),
    () => options.onWait?.(checked),
  );
}

async function train(
  request: RunRequest,
  paths: RunPaths,
  { onProgress = () => {} }: RunOptions,
): Promise<RunRecord> {
  const assembly = assemble(request.config);
  const interruptible = new Interruptible();
  try {
    const journal = new Journal(paths.work, assembly);
    let latest = startOf(request, assembly, journal);
    const tell = (progress: Partial<Progress>) => onProgress(latest = { ...latest, ...progress });
    const divergence = await fit({
      ...assembly,
      ...request.config.training,
      name: request.row,
      finished: journal.curve.length,
      interruptible,
      passesAfterwards: assembly.rule.spiking === undefined ? 0 : PASSES_OF_REPORT,
      onProgress: tell,
      onEpoch: (line, seconds) => journal.add(line, seconds),
    });
    const spiking = divergence === undefined ? await reportSpiking(assembly, interruptible, tell) : undefined;
    await tell({ phase: "done", secondsLeft: 0 });
    return finish(request, paths, assembly, journal, divergence, spiking);
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    throw new InterruptedError(
      `Stopped by the user; the finished epochs of ${request.row} are kept, run the same command again to go on.`,
    );
  } finally {
    interruptible.release();
    assembly.optimiser.dispose();
    disposeModel(assembly.model);
  }
}

/** A simulation over 2T steps costs about two over T. */
const PASSES_OF_REPORT = 2;

function startOf({ row, config }: RunRequest, { training }: Assembly, { curve }: Journal): Progress {
  const { loss, accuracy } = curve.at(-1)?.train ?? { loss: 0, accuracy: 0 };
  const place = { epoch: curve.length, epochs: config.training.epochs, step: 0, steps: training.steps };
  return { run: row, phase: "train", ...place, loss, accuracy, imagesPerSecond: 0, secondsLeft: 0 };
}

async function reportSpiking(
  { model, rule, evaluated, evaluation }: Assembly,
  interruptible: FitOptions["interruptible"],
  tell: (progress: Partial<Progress>) => void | Promise<void>,
) {
  if (rule.spiking === undefined) return undefined;
  const start = performance.now();
  return await spikingReport(model, rule.spiking, evaluated, evaluation, async (step, steps) => {
    const secondsLeft = (performance.now() - start) / 1000 / step * (steps - step);
    await tell({ phase: "report", step, steps, secondsLeft });
    await interruptible.breathe();
  });
}

/** Writes weights, then the record, then clears the working folder: a kill between any two loses nothing. */
function finish(
  request: RunRequest,
  paths: RunPaths,
  assembly: Assembly,
  journal: Journal,
  divergence: Divergence | undefined,
  spiking: RunRecord["spiking"],
): RunRecord {
  const { curve } = journal;
  const record: RunRecord = {
    format: RECORD_FORMAT,
    hash: paths.hash,
    experiment: request.experiment,
    row: request.row,
    profile: request.profile,
    reduced: request.reduced,
    config: request.config,
    status: divergence === undefined ? "finished" : "diverged",
    ...(divergence === undefined ? {} : { divergence }),
    evaluatedOn: request.config.data.validationImages > 0 ? "validation" : "test",
    parameters: countParameters(assembly.model),
    curve,
    last: curve.at(-1) ?? null,
    best: bestOf(curve, assembly),
    ...(spiking === undefined ? {} : { spiking }),
    cost: journal.cost(assembly.training.steps * assembly.training.batchSize),
    provenance: provenance(assembly.dataset.sums, journal.startedAt),
  };
  writeWhole(paths.weights, packSafetensors(hostTensors(modelVariables(assembly.model))));
  writeWhole(paths.record, JSON.stringify(record, null, 1) + "\n");
  rmSync(paths.work, { recursive: true, force: true });
  return record;
}

/** The first epoch with the highest argmax accuracy of the trained life. */
function bestOf(curve: EpochLine[], { rule }: Assembly): EpochLine | null {
  const accuracy = (line: EpochLine) => line.evaluation[rule.lives[0]]?.argmax ?? 0;
  return curve.reduce<EpochLine | null>(
    (best, line) => best === null || accuracy(line) > accuracy(best) ? line : best,
    null,
  );
}
