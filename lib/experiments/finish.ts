import { rmSync } from "node:fs";
import { writeWhole } from "../files.ts";
import type { Divergence, EpochLine } from "../learning/metrics.ts";
import type { Reader } from "../learning/rule.ts";
import { type Model, modelVariables } from "../models/model.ts";
import { packSafetensors } from "../ops/safetensors.ts";
import { hostTensors } from "./journal.ts";
import type { Making } from "./making.ts";
import { provenance } from "./provenance.ts";
import { type Cost, RECORD_FORMAT, type RunRecord, type TrainingSession } from "./record.ts";
import type { Findings, Trained } from "./report.ts";

/** What came of a run. */
export interface Outcome extends Trained, Findings {
  curve: EpochLine[];
  parameters: number;
  divergence?: Divergence;
  startedAt: string;
  /** The processes that trained; none of a conversion. */
  sessions?: TrainingSession[];
  cost: Cost;
}

/** Writes weights, then the record, then clears the working folder: a kill between any two loses nothing. */
export async function finish(
  { request, paths, assembly, tell }: Making,
  outcome: Outcome,
): Promise<RunRecord> {
  const { model, reader, curve, parameters, divergence, startedAt, sessions, cost, ...findings } = outcome;
  await tell({ phase: "done", secondsLeft: 0 });
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
    parameters,
    curve,
    last: curve.at(-1) ?? null,
    best: bestOf(curve, reader),
    ...findings,
    cost,
    provenance: provenance(assembly.dataset.sums, startedAt, sessions ?? []),
  };
  writeWhole(paths.weights, packSafetensors(hostTensors(modelVariables(model))));
  writeWhole(paths.record, JSON.stringify(record, null, 1) + "\n");
  rmSync(paths.work, { recursive: true, force: true });
  return record;
}

/** The first epoch with the highest argmax accuracy of the trained life. */
function bestOf(curve: EpochLine[], { lives }: Reader<Model>): EpochLine | null {
  const accuracy = (line: EpochLine) => line.evaluation[lives[0]]?.argmax ?? 0;
  return curve.reduce<EpochLine | null>(
    (best, line) => best === null || accuracy(line) > accuracy(best) ? line : best,
    null,
  );
}
