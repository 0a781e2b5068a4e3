import { join } from "node:path";
import { FailureError } from "../../lib/errors.ts";
import { chooseRuns } from "../../lib/experiments/train.ts";
import { fit } from "../../lib/learning/fit.ts";
import { ownFolder } from "../../lib/own_folder.ts";
import { assemble } from "../../lib/runs/assemble/assemble.ts";
import type { RunConfig } from "../../lib/runs/config/config.ts";
import { Journal } from "../../lib/runs/journal.ts";
import type { EpochSpec } from "../spec.ts";
import type { Workload } from "../workload.ts";

/** Epochs that come before the one that is timed: norms that freeze have done so. */
const FINISHED = 1;

/** One epoch of the study after its first: training, evaluation and a checkpoint on the disk. */
export function epoch(spec: EpochSpec): Workload {
  return {
    name: spec.name,
    images: spec.trainImages,
    async setUp() {
      const config = configOf(spec);
      const { path, remove } = await ownFolder("bench");
      const assembly = await assemble(config);
      const journal = new Journal(join(path, "run"), assembly, { row: spec.row });
      const options = {
        ...assembly,
        ...config.training,
        evaluateEvery: 1,
        finished: FINISHED,
        epochs: FINISHED + 1,
      };
      return {
        async step() {
          const { curve } = await fit({ ...options, onEpoch: (line, took) => journal.add(line, took) });
          return curve.at(-1)?.train.loss ?? NaN;
        },
        dispose() {
          void remove();
        },
      };
    },
  };
}

function configOf({ name, experiment, row, seed, batch, trainImages, testImages }: EpochSpec): RunConfig {
  const [request] = chooseRuns(experiment, { profile: "study", row, seed });
  if (request === undefined) {
    throw new FailureError(
      `Setting up the benchmark ${name}: ${experiment} has no row "${row}"; fix bench/spec.ts.`,
    );
  }
  const { config } = request;
  return {
    ...config,
    data: { ...config.data, trainImages, testImages },
    training: { ...config.training, batch },
  };
}
