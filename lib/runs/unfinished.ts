import { isEvaluated } from "../learning/metrics.ts";
import { livesOfRule } from "../learning/rules/all.ts";
import { parametersOf } from "../models/all.ts";
import { checkpointState } from "./checkpoint.ts";
import { seenOf } from "./config/config.ts";
import { bestOf } from "./best.ts";
import { RECORD_FORMAT, type RunRecord } from "./record.ts";
import { runPaths, type RunRequest } from "./store.ts";

/**
 * What a run under way has done so far, from its newest checkpoint: a record of its finished epochs that is shown as what
 * it is and never written. Nothing where there is no checkpoint, or nothing was evaluated yet.
 */
export function unfinishedRecord(request: RunRequest): RunRecord | undefined {
  const { hash, work } = runPaths(request);
  const state = checkpointState(work);
  const session = state?.sessions?.at(-1);
  if (state === undefined || session === undefined || !state.curve.some(isEvaluated)) return undefined;
  const { config, experiment, row, profile, reduced } = request;
  const { curve, wallSeconds, trainingSeconds, peakMemory, sessions = [], startedAt } = state;
  return {
    format: RECORD_FORMAT,
    ...{ hash, experiment, row, profile, reduced, config },
    status: "unfinished",
    evaluatedOn: config.data.validationImages > 0 ? "validation" : "test",
    parameters: parametersOf(config.network, seenOf(config)),
    curve,
    last: curve.findLast(isEvaluated) ?? null,
    best: bestOf(curve, livesOfRule(config.rule)[0]),
    cost: {
      ...{ wallSeconds, peakMemory, sessions: sessions.length },
      imagesPerSecond: curve.length * config.data.trainImages / trainingSeconds,
    },
    provenance: {
      ...session,
      ...{ weightshare: "", platform: "", data: {}, startedAt, finishedAt: "", sessions },
    },
  };
}
