import { divergenceOf } from "../../learning/finite.ts";
import type { Divergence } from "../../learning/metrics.ts";
import type { Reader } from "../../learning/rule.ts";
import { isClassifier } from "../../models/classifier.ts";
import type { Model } from "../../models/model.ts";
import { inOrder } from "../assemble/assemble.ts";
import { classifierReport } from "./classifier.ts";
import type { RunConfig } from "../config/config.ts";
import { progressOf, type RunContext } from "../context.ts";
import type { RunRecord } from "../record.ts";
import { spikingReport, type SpikingWatch, watchAll } from "./spiking.ts";

/** A trained model and how it is read. */
export interface Trained {
  model: Model;
  reader: Reader<Model>;
}

/** What is found out once about a trained model and kept in its record; or that something was not finite. */
export type Findings = Pick<RunRecord, "spiking" | "classifier" | "divergence">;

/**
 * Looks at a trained model once, so that figures and tables need the record alone. Where a watch has seen the simulations of
 * the evaluation images already, they are not simulated again.
 */
export async function report(context: RunContext, trained: Trained, seen?: SpikingWatch): Promise<Findings> {
  try {
    return await findings(context, trained, seen);
  } catch (error) {
    return { divergence: divergenceOf(error, endOf(context)) };
  }
}

/** The last step of a run's training. */
export function endOf({ request: { config }, assembly }: RunContext): Pick<Divergence, "epoch" | "step"> {
  return { epoch: config.training.epochs, step: assembly.training.steps };
}

async function findings(
  context: RunContext,
  { model, reader }: Trained,
  seen: SpikingWatch | undefined,
): Promise<Findings> {
  const { request: { config }, assembly } = context;
  const between = progressOf(context, "report");
  const { spiking } = reader;
  if (spiking !== undefined) {
    const images = { split: assembly.evaluated, source: assembly.evaluation };
    const timeSteps = timeStepsOf(spiking.T, config);
    const watch = seen ?? await watchAll(model, spiking, images.source, timeSteps, between);
    const { dataset, heldOut } = assembly;
    const choosing = heldOut.count > 0
      ? await watchAll(model, spiking, inOrder(config, dataset, heldOut), timeSteps, between)
      : undefined;
    return { spiking: spikingReport(model, reader, images, watch, choosing) };
  }
  if (!isClassifier(model)) return {};
  return { classifier: await classifierReport(model, reader, config, assembly, between) };
}

/** What a report costs, in passes over the evaluation images. */
export function reportPasses({ model, reader: { spiking } }: Trained, config: RunConfig): number {
  if (spiking === undefined) return isClassifier(model) ? 1 : 0;
  const { evaluation, data: { testImages, validationImages } } = config;
  const more = (evaluation?.heldOutImages ?? 0) / (validationImages > 0 ? validationImages : testImages);
  return (1 + more) * timeStepsOf(spiking.T, config) / spiking.T;
}

/** Time steps of the report's simulation. */
export function timeStepsOf(T: number, { evaluation }: RunConfig): number {
  return evaluation?.timeSteps ?? 2 * T;
}
