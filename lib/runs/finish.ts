import { rmSync } from "node:fs";
import { type EpochLine, isEvaluated } from "../learning/metrics.ts";
import { modelVariables } from "../models/model.ts";
import type { Assembly } from "./assemble/assemble.ts";
import { bestOf } from "./best.ts";
import type { RunContext } from "./context.ts";
import { provenance } from "./provenance.ts";
import { type Cost, type Provenance, RECORD_FORMAT, type RunRecord, type TrainingSession } from "./record.ts";
import type { Findings, Trained } from "./looks/look.ts";
import { writeRecord } from "./store.ts";
import { hostTensors, writeWeights } from "./weights.ts";

/** What came of a run. */
export interface Outcome extends Trained, Findings {
  curve: EpochLine[];
  parameters: number;
  startedAt: string;
  /** The processes that trained; none of a conversion. */
  sessions?: TrainingSession[];
  /** What trained where it was no process of this library. */
  trainedBy?: Provenance["trainedBy"];
  cost: Cost;
  /** Of a conversion: the scale of its last layer, without which its outputs cannot be read. */
  outputScale?: number;
}

/** What of a run's making its end needs. */
type Finishing = Pick<RunContext, "request" | "paths" | "showProgress"> & {
  assembly: Pick<Assembly, "dataset">;
};

/** Writes weights, then the record, then clears the working folder: a kill between any two loses nothing. */
export async function finish(
  { request, paths, assembly, showProgress }: Finishing,
  outcome: Outcome,
): Promise<RunRecord> {
  const { model, reader, curve: lines, outputScale, ...others } = outcome;
  const { parameters, divergence, startedAt, sessions, trainedBy, cost, ...findings } = others;
  await showProgress({ phase: divergence === undefined ? "done" : "diverged", secondsLeft: 0 });
  const correct = lines.findLast(isEvaluated)?.correct;
  const curve = lines.map(({ correct: _correct, ...line }) => line);
  const tensors = hostTensors(modelVariables(model));
  const weights = writeWeights(paths.weights, request, paths.hash, tensors, outputScale);
  const record = writeRecord(paths.record, {
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
    parameters,
    curve,
    last: curve.findLast(isEvaluated) ?? null,
    best: bestOf(curve, reader.lives[0]),
    ...(correct === undefined ? {} : { correct }),
    ...findings,
    weights,
    cost,
    provenance: {
      ...provenance(assembly.dataset.sums, startedAt, sessions ?? []),
      ...(trainedBy === undefined ? {} : { trainedBy }),
    },
  });
  rmSync(paths.work, { recursive: true, force: true });
  return record;
}
