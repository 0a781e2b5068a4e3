import { type Fixture, type FixtureTensor, valuesOf } from "./fixture.ts";

/** What a kind computes: a tensor's values (row-major) or one number, under the names of `expected`. */
export type Results = Record<string, ArrayLike<number> | number>;

/** How far the results of a case are from what it expects. */
export interface Comparison {
  passed: boolean;
  maxAbsolute: number;
  maxRelative: number;
  /** The entry that uses most of its tolerance, e.g. "grad.conv1.kernel[17]". */
  worst: string;
  /** Why it cannot pass, e.g. a missing result or a NaN. */
  problem?: string;
}

/** Compares every expected number: |got - expected| <= atol + rtol |expected|. NaN and infinity never pass, on any side. */
export function compare({ expected, tolerance }: Fixture, results: Results): Comparison {
  const comparison: Comparison = { passed: true, maxAbsolute: 0, maxRelative: 0, worst: "-" };
  let largestShare = -1;
  for (const [name, wanted] of Object.entries(expected)) {
    const { values, got, problem } = pair(
      name,
      wanted,
      Object.hasOwn(results, name) ? results[name] : undefined,
    );
    if (problem !== undefined) return { ...comparison, passed: false, worst: name, problem };
    for (let index = 0; index < values.length; index++) {
      const target = values[index] as number;
      const absolute = Math.abs((got[index] as number) - target);
      // A tolerance of zero asks for equality; 0 / 0 must not fail for an exact match.
      const share = absolute === 0 ? 0 : absolute / (tolerance.atol + tolerance.rtol * Math.abs(target));
      if (!Number.isFinite(absolute) || Number.isNaN(share)) {
        const worst = `${name}[${index}]`;
        const problem = `${worst} is ${got[index]}, ${target} is expected`;
        return { ...comparison, passed: false, worst, problem };
      }
      comparison.maxAbsolute = Math.max(comparison.maxAbsolute, absolute);
      if (target !== 0) {
        comparison.maxRelative = Math.max(comparison.maxRelative, absolute / Math.abs(target));
      }
      if (share > largestShare) {
        largestShare = share;
        comparison.worst = `${name}[${index}]`;
      }
    }
  }
  if (largestShare < 0) return { ...comparison, passed: false, problem: "no number was compared" };
  return { ...comparison, passed: largestShare <= 1 };
}

function pair(name: string, wanted: FixtureTensor | number, got: ArrayLike<number> | number | undefined) {
  const values = typeof wanted === "number" ? [wanted] : valuesOf(wanted);
  if (got === undefined) return { values, got: [], problem: `${name} was not computed` };
  const list = typeof got === "number" ? [got] : got;
  if (list.length === values.length) return { values, got: list };
  return { values, got: list, problem: `${name} has ${list.length} values, not ${values.length}` };
}
