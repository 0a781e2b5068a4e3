import type { RunRecord } from "../runs/record.ts";
import { type Spread, spread } from "./frame.ts";
import { twoSided } from "./student_t.ts";

/** A difference over pairs of runs with the same seed. */
export interface Paired {
  /** Mean, sd and number of the differences. */
  difference: Spread;
  /** Two-sided p-value of the paired t-test; null below two pairs, or where all differences are the same or not known. */
  p: number | null;
}

/** value(one) - value(other) over the seeds that both have; null where there is none. */
export function paired(
  one: readonly RunRecord[],
  other: readonly RunRecord[],
  value: (record: RunRecord) => number,
): Paired | null {
  const differences = one.flatMap((record) => {
    const twin = other.find(({ config }) => config.seed === record.config.seed);
    return twin === undefined ? [] : [value(record) - value(twin)];
  });
  const difference = spread(differences);
  return difference === null ? null : { difference, p: pValue(difference) };
}

function pValue({ mean, sd, n }: Spread): number | null {
  if (sd === null || sd === 0) return null;
  const p = twoSided(mean / (sd / Math.sqrt(n)), n - 1);
  return Number.isNaN(p) ? null : p;
}

/** "0.012", "< 0.001", or "–" for nothing. */
export function pText(p: number | null): string | null {
  if (p === null) return null;
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}
