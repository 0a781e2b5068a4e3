import type { Evaluation } from "../learning/metrics.ts";
import { type Arithmetic, arithmetic, differences } from "../runs/arithmetic.ts";
import type { RunRecord } from "../runs/record.ts";

/** What a record says of its last epoch and an evaluation does not say again. */
export interface Comparison {
  /** Each number that differs: "evaluation.snn.argmax: 0.91 in the record, 0.9 here". */
  differing: string[];
  /** What computes otherwise than the run did; sources aside, since a newer version computes the same numbers. */
  computedOtherwise: string[];
}

/** Compares scores with those of a record's last line; what older records do not have is not compared. */
export function compareWithRecord(record: RunRecord, scores: Evaluation): Comparison {
  const { evaluation, rates, agreement } = record.last ?? {};
  const recorded = { evaluation, rates, agreement, correct: record.correct };
  const here = arithmetic();
  return {
    differing: differing(recorded, scores, ""),
    computedOtherwise: differences({ ...record.provenance as Partial<Arithmetic>, code: here.code }, here),
  };
}

/** Where values differ from the recorded ones, leaf by leaf. */
function differing(recorded: unknown, found: unknown, path: string): string[] {
  if (recorded === undefined || Object.is(recorded, found)) return [];
  if (typeof recorded !== "object" || recorded === null) {
    return [`${path}: ${recorded} in the record, ${found} here`];
  }
  return Object.entries(recorded).flatMap(([key, value]) =>
    differing(
      value,
      (found as Record<string, unknown> | undefined)?.[key],
      path === "" ? key : `${path}.${key}`,
    )
  );
}
