import { CLASSES } from "../../data/classes.ts";
import { scaleAt, type ScaleRun } from "../explanations/scale_growth.ts";
import { evaluatedOf, nameOf, type ReleasedRun } from "./runs.ts";

/** The scales of the whole recipe, at full width. */
export function releasedScales(runs: readonly ReleasedRun[]): ScaleRun[] {
  return runs.map((run) => ({
    ...{ name: `${nameOf(run)}, released recipe`, label: "", classes: CLASSES["fashion-mnist"].length },
    epochs: evaluatedOf(run).map(({ epoch, evaluation: { snn, ann } }) => scaleAt(epoch, snn, ann)),
  }));
}
