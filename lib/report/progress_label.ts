import type { RunRecord } from "../runs/record.ts";

/** ", epoch 41 of 100" of a run under way; "" of one that has ended. */
export function progressLabel({ status, curve, config: { training } }: RunRecord): string {
  return status === "unfinished" ? `, epoch ${curve.length} of ${training.epochs}` : "";
}
