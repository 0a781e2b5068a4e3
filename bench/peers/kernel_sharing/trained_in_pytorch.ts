import { requestsOf } from "../../../lib/experiments/experiment.ts";
import { EXPERIMENTS } from "../../../lib/experiments/experiments.ts";
import type { RunRequest } from "../../../lib/runs/store.ts";

/** Every run of the study that this folder trains. */
export function trainedInPyTorch(): RunRequest[] {
  return EXPERIMENTS.filter(({ elsewhere }) => elsewhere !== undefined)
    .flatMap((experiment) => requestsOf(experiment, "study"));
}
