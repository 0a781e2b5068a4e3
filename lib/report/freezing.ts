import type { RunRecord } from "../runs/record.ts";

/** When norms freeze: "after epoch 2 of 3", or "never". */
export function freezing({ training: { epochs, freezeNormAfter } }: RunRecord["config"]): string {
  return freezeNormAfter < epochs ? `after epoch ${freezeNormAfter} of ${epochs}` : "never";
}
