import { progressLabel } from "./progress_label.ts";
import { type ColumnTable, from, op } from "arquero";
import { livesOfRule, timeStepsOfRule } from "../learning/rules/all.ts";
import { isEvaluated } from "../learning/metrics.ts";
import { canonicalJson } from "../runs/config/config.ts";
import type { EvaluatedLine, Life, RunRecord } from "../runs/record.ts";

/** Scores that are averaged over seeds. */
export const MEASURES = [
  "lastArgmax",
  "lastExpected",
  "lastTieInclusive",
  "lastTied",
  "lastSilent",
  "bestArgmax",
  "bestExpected",
  "bestTieInclusive",
  "bestTied",
  "bestSilent",
] as const;
export type Measure = typeof MEASURES[number];

/** One record seen through one life; scores of a diverged run are null. */
export interface FrameRow extends Record<Measure, number | null> {
  experiment: string;
  profile: string;
  row: string;
  /** The configuration without its seed: rows with equal ones differ by seed only. */
  recipe: string;
  hash: string;
  life: Life;
  seed: number;
  status: RunRecord["status"];
  T: number | null;
  parameters: number;
}

/** Mean, sample standard deviation (null below two runs) and number of finished runs. */
export interface Spread {
  mean: number;
  sd: number | null;
  n: number;
}

/** One row per record and life; a record that was given twice counts once. */
export function frame(records: readonly RunRecord[]): ColumnTable {
  return from(
    uniqueRecords(records).flatMap((record) => livesOf(record).map((life) => frameRow(record, life))),
  );
}

/** Whether a finished run was evaluated after two epochs or more: one point is no curve. */
export function hasCurve(records: readonly RunRecord[]): boolean {
  return records.some(({ status, curve }) => status === "finished" && curve.filter(isEvaluated).length > 1);
}

/**
 * Every record once, in the order given: of a run that two experiments have, the first one's. A run that was trained here and one
 * elsewhere are two, whatever their hash.
 */
export function uniqueRecords(records: readonly RunRecord[]): RunRecord[] {
  const known = new Set<string>();
  return records.filter(({ profile, hash, provenance }) => {
    const key = `${profile} ${hash} ${provenance.trainedBy?.program ?? ""}`;
    return !known.has(key) && known.add(key);
  });
}

/** Mean, sd and n of every measure over the seeds of each row and life, in the order of first appearance. */
export function overSeeds(table: ColumnTable): ColumnTable {
  const rollups = MEASURES.flatMap((measure) => [
    [`${measure}_mean`, op.mean(measure)],
    [`${measure}_sd`, op.stdev(measure)],
    [`${measure}_n`, op.valid(measure)],
  ]);
  return table
    .groupby("experiment", "profile", "row", "recipe", "life")
    .rollup({
      T: op.any("T"),
      parameters: op.any("parameters"),
      runs: op.count(),
      ...Object.fromEntries(rollups),
    });
}

/** The rows of `overSeeds` of some records, by row, recipe and life. */
export class Means {
  readonly #rows = new Map<string, Record<string, unknown>>();

  constructor(records: readonly RunRecord[]) {
    if (records.length === 0) return; // a table without rows has no columns to group by
    for (const row of overSeeds(frame(records)).objects() as Record<string, unknown>[]) {
      this.#rows.set(keyOf(row as unknown as FrameRow), row);
    }
  }

  /** A measure of a record's group and one of its lives; null where no run finished, or the group has no such life. */
  spread(record: RunRecord, life: Life | undefined, measure: Measure): Spread | null {
    const row = life && this.#rows.get(keyOf(frameRow(record, life)));
    return row === undefined ? null : spreadOf(row, measure);
  }
}

function keyOf({ experiment, profile, row, recipe, life }: FrameRow): string {
  return [experiment, profile, row, recipe, life].join("\n");
}

/** A measure of a row of `overSeeds`, or null where no run finished, or an older one has no such measure. */
export function spreadOf(row: Record<string, unknown>, measure: Measure): Spread | null {
  if (row[`${measure}_n`] !== row["lastArgmax_n"]) return null;
  return toSpread(row[`${measure}_mean`], row[`${measure}_sd`], row[`${measure}_n`]);
}

/** The measures that some record has: expected accuracy is younger than the others. */
export function measuresOf(records: readonly RunRecord[]): Measure[] {
  const scores = records.flatMap(({ last }) => Object.values(last?.evaluation ?? {}));
  const expected = scores.some((score) => score.expected !== undefined);
  return MEASURES.filter((measure) => expected || !measure.endsWith("Expected"));
}

/** Which values of a measure are the best: accuracies are better the higher they are, ties and silence are no score. */
export function bestOf(measure: Measure): { best?: "highest" } {
  return /(Argmax|Expected|TieInclusive)$/.test(measure) ? { best: "highest" } : {};
}

/** What the expected accuracy is, for tables that show it. */
export const EXPECTED_NOTE =
  "Expected: the accuracy to be expected if ties are broken at random, which unlike argmax does not depend on the order of the classes.";

/** Mean, sd and n of some numbers, or null if there are none. */
export function spread(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const [row] = from(values.map((value) => ({ value })))
    .rollup({ mean: op.mean("value"), sd: op.stdev("value"), n: op.valid("value") })
    .objects() as Record<string, unknown>[];
  return toSpread(row?.["mean"], row?.["sd"], row?.["n"]);
}

function toSpread(mean: unknown, sd: unknown, n: unknown): Spread | null {
  if (typeof n !== "number" || n === 0) return null;
  return { mean: mean as number, sd: typeof sd === "number" && n > 1 ? sd : null, n };
}

/** The lives a record reports on, the trained one first. */
export function livesOf({ config }: RunRecord): readonly [Life, ...Life[]] {
  return livesOfRule(config.rule);
}

/** The configuration without its seed, as text, and how far a run under way has come: what may stand in one row. */
export function recipeOf(record: RunRecord): string {
  const { seed: _seed, ...recipe } = record.config;
  return canonicalJson(recipe) + progressLabel(record);
}

function frameRow(record: RunRecord, life: Life): FrameRow {
  const { config } = record;
  const finished = record.status !== "diverged";
  return {
    experiment: record.experiment,
    profile: record.profile,
    row: record.row,
    recipe: recipeOf(record),
    hash: record.hash,
    life,
    seed: config.seed,
    status: record.status,
    T: life === "snn" ? timeStepsOfRule(config.rule) : null,
    parameters: record.parameters,
    ...scores("last", finished ? record.last : null, life),
    ...scores("best", finished ? record.best : null, life),
  } as FrameRow;
}

function scores(
  when: "last" | "best",
  line: EvaluatedLine | null,
  life: Life,
): Record<string, number | null> {
  const score = line?.evaluation[life];
  return {
    [`${when}Argmax`]: score?.argmax ?? null,
    [`${when}Expected`]: score?.expected ?? null,
    [`${when}TieInclusive`]: score?.tieInclusive ?? null,
    [`${when}Tied`]: score?.tied ?? null,
    [`${when}Silent`]: score?.silent ?? null,
  };
}
