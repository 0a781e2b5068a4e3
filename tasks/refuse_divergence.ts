import { FailureError } from "../lib/errors.ts";
import type { RunRecord } from "../lib/runs/record.ts";

/** Throws a FailureError where a training came to a number that is not finite: its record is kept, but it is no result. */
export function refuseDivergence({ row, divergence }: RunRecord): void {
  if (divergence === undefined) return;
  const { epoch, step, what, value } = divergence;
  throw new FailureError(
    `Training ${row}: the ${what} became ${value} at epoch ${epoch}, step ${step}; lower the learning rate ` +
      `(--set learningRate=...). The record keeps what came before.`,
  );
}
