import type { Reader } from "../learning/rule.ts";
import type { Model } from "../models/model.ts";
import type { RunConfig } from "./config.ts";
import type { RunRecord } from "./record.ts";
import type { Making } from "./run.ts";
import { spikingReport } from "./spiking_report.ts";

/** A trained model and how it is read. */
export interface Trained {
  model: Model;
  reader: Reader<Model>;
}

/** What is found out once about a trained model and kept in its record. */
export type Findings = Pick<RunRecord, "spiking">;

/** Looks at a trained model once, so that figures and tables need the record alone. */
export async function report(making: Making, { model, reader }: Trained): Promise<Findings> {
  const { request: { config }, assembly, interruptible, tell } = making;
  if (reader.spiking === undefined) return {};
  const timeSteps = timeStepsOf(reader.spiking.T, config);
  const start = performance.now();
  const images = { split: assembly.evaluated, source: assembly.evaluation };
  const spiking = await spikingReport(
    model,
    reader.spiking,
    { ...images, timeSteps },
    async (step, steps) => {
      const secondsLeft = (performance.now() - start) / 1000 / step * (steps - step);
      await tell({ phase: "report", step, steps, secondsLeft });
      await interruptible.breathe();
    },
  );
  return { spiking };
}

/** What a report costs, in passes over the evaluation images. */
export function reportPasses({ spiking }: Reader<Model>, config: RunConfig): number {
  return spiking === undefined ? 0 : timeStepsOf(spiking.T, config) / spiking.T;
}

function timeStepsOf(T: number, { evaluation }: RunConfig): number {
  return evaluation?.timeSteps ?? 2 * T;
}
