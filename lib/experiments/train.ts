import { UsageError } from "../errors.ts";
import { changeRequest, type Settings } from "./change.ts";
import { requestsOf } from "./experiment.ts";
import { findExperiment } from "./experiments.ts";
import { parseProfile } from "../runs/profile.ts";
import type { RunRecord } from "../runs/record.ts";
import type { RunOptions } from "../runs/run.ts";
import type { RunRequest } from "../runs/store.ts";

/** Which runs of an experiment. */
export interface Choice {
  /** smoke, quick, study or paper. */
  profile: string;
  /** The table's row, e.g. "proxy-k2"; every row where it is not given. */
  row?: string | undefined;
  /** The runs of this seed; every seed of the row where it is not given. */
  seed?: number | string | undefined;
}

export interface TrainOptions extends Choice, RunOptions {
  /** New values by the settings' paths, or by their names where those are unique, e.g. { "rule.T": 8 }. */
  set?: Settings;
  /** Several values of a setting, each a run of its own, e.g. { "rule.T": [4, 8, 16] }; of two settings, every pair. */
  sweep?: Readonly<Record<string, readonly unknown[]>>;
}

/**
 * Trains a row of an experiment's table with settings changed, and gives the records: hashed, resumable, listed and read
 * again like the table's own, which they stand beside in every table and figure, labelled by what differs. Throws a
 * UsageError for an experiment, profile, row, seed or setting that is unknown or out of bounds.
 *
 * ```ts
 * import { proxyTable, reproduce, show, train } from "weightshare";
 *
 * const table = await reproduce("fashion-mnist-proxy", { profile: "smoke" });
 * const changed = await train("fashion-mnist-proxy", { row: "proxy-k2", profile: "smoke", set: { "rule.T": 8 } });
 * await show(proxyTable([...table, ...changed]));
 * ```
 */
export async function train(
  experiment: string,
  { profile, row, seed, set = {}, sweep = {}, ...options }: TrainOptions,
): Promise<RunRecord[]> {
  const chosen = chooseRuns(experiment, { profile, row, seed });
  const requests = chosen.flatMap((request) =>
    combinations(set, sweep).map((settings) => changed(request, settings))
  );
  const { runAll } = await import("../runs/run.ts"); // to choose runs alone loads no TensorFlow
  return await runAll(requests, options);
}

/** The runs of an experiment's table that are asked for, row by row. */
export function chooseRuns(experiment: string, { profile, row, seed }: Choice): RunRequest[] {
  const found = findExperiment(experiment);
  const all = requestsOf(found, parseProfile(profile));
  if (all.length === 0) {
    const { elsewhere = "choose another profile" } = found;
    throw new UsageError(
      `Choosing runs of ${experiment}: it has none at the profile ${profile}; ${elsewhere}.`,
    );
  }
  const rows = choose(all, "the row", row, (request) => request.row);
  return choose(rows, "the seed", seed, ({ config }) => String(config.seed));
}

/** The requests with a wanted value, or all where none is wanted. */
function choose(
  requests: RunRequest[],
  what: string,
  wanted: number | string | undefined,
  valueOf: (request: RunRequest) => string,
): RunRequest[] {
  const chosen = requests.filter((request) => wanted === undefined || valueOf(request) === String(wanted));
  if (chosen.length > 0) return chosen;
  const known = [...new Set(requests.map(valueOf))].join(", ");
  throw new UsageError(
    `Choosing ${what} "${wanted}" of ${requests[0]?.experiment}: it is unknown; use one of ${known}.`,
  );
}

/** The request with settings changed; itself where there are none. */
export function changed(request: RunRequest, settings: Settings): RunRequest {
  return Object.keys(settings).length === 0 ? request : changeRequest(request, settings);
}

/** The settings with every combination of the swept values. */
function combinations(set: Settings, sweep: NonNullable<TrainOptions["sweep"]>): Settings[] {
  return Object.entries(sweep).reduce<Settings[]>((all, [key, values]) => {
    if (!Array.isArray(values) || values.length === 0) {
      throw new UsageError(`Sweeping ${key}: it has no values; give a list, e.g. { "${key}": [4, 8] }.`);
    }
    if (Object.hasOwn(set, key)) {
      throw new UsageError(`Sweeping ${key}: it is set as well; give it in "set" or in "sweep".`);
    }
    return all.flatMap((settings) => values.map((value: unknown) => ({ ...settings, [key]: value })));
  }, [set]);
}
