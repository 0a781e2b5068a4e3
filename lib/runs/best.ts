import { type EpochLine, type EvaluatedLine, isEvaluated } from "../learning/metrics.ts";
import type { Life } from "../models/network.ts";

/** The first epoch with the highest argmax accuracy of the trained life. */
export function bestOf(curve: EpochLine[], life: Life): EvaluatedLine | null {
  const accuracy = ({ evaluation }: EvaluatedLine) => evaluation[life]?.argmax ?? 0;
  return curve.filter(isEvaluated).reduce<EvaluatedLine | null>(
    (best, line) => best === null || accuracy(line) > accuracy(best) ? line : best,
    null,
  );
}
