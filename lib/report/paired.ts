import type { RunRecord } from "../runs/record.ts";
import { type Spread, spread } from "./frame.ts";
import { criticalValue, twoSided } from "./student_t.ts";

/** A difference over pairs of runs with the same seed. */
export interface Paired {
  /** Mean, sd and number of the differences. */
  difference: Spread;
  /** Two-sided p-value of the paired t-test; null below two pairs, or where all differences are the same or not known. */
  p: number | null;
  /** 95 % confidence interval of the mean difference, by the same t distribution; null where p is. */
  interval: readonly [low: number, high: number] | null;
}

/** A corrected p-value below it decides. */
export const SIGNIFICANT = 0.05;

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
  return tested(differences);
}

/** The mean of some differences, one for each seed, with its test; null where there is none. */
export function tested(differences: readonly number[]): Paired | null {
  const difference = spread(differences);
  return difference === null ? null : { difference, ...tTest(difference) };
}

function tTest({ mean, sd, n }: Spread): Pick<Paired, "p" | "interval"> {
  const error = (sd ?? 0) / Math.sqrt(n);
  const p = twoSided(mean / error, n - 1);
  if (!(error > 0) || Number.isNaN(p)) return { p: null, interval: null };
  const half = criticalValue(1 - CONFIDENCE, n - 1) * error;
  return { p, interval: [mean - half, mean + half] };
}

const CONFIDENCE = 0.95;

/** "0.012", "< 0.001", or "–" for nothing. */
export function pText(p: number | null): string | null {
  if (p === null) return null;
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

/** A difference of fractions in points, with its sign: "+1.23". */
export function pointsText(fraction: number): string {
  const text = Math.abs(100 * fraction).toFixed(2);
  return Number(text) === 0 ? text : `${fraction > 0 ? "+" : "−"}${text}`;
}

/** An interval of differences of fractions, in points: "−0.45 to +2.10", or nothing. */
export function intervalText(interval: Paired["interval"] | undefined): string | null {
  return interval == null ? null : interval.map(pointsText).join(" to ");
}
