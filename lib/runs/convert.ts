import { slice } from "../data/dataset.ts";
import { evaluate } from "../learning/evaluate.ts";
import { checkTensors, divergenceOf } from "../learning/finite.ts";
import type { EvaluatedLine } from "../learning/metrics.ts";
import { ruleOf } from "../learning/rules/all.ts";
import { type ConversionRule, type Converted, outputScaleOf } from "../learning/rules/conversion.ts";
import { countParameters, disposeModel, modelVariables } from "../models/model.ts";
import type { Network } from "../models/parameters.ts";
import { inOrder } from "./assemble/assemble.ts";
import { finish } from "./finish.ts";
import { progressOf, type RunContext } from "./context.ts";
import { peakMemory } from "./provenance.ts";
import type { Divergence, RunRecord } from "./record.ts";
import { endOf, report, timeStepsOf, type Trained } from "./looks/look.ts";
import { SpikingWatch } from "./looks/spiking.ts";
import { assignTensors, readWeights } from "./weights.ts";

/** The trained ANN that a conversion starts from: its record, and the file of its weights. */
export interface Source {
  record: RunRecord;
  weights: string;
}

/**
 * Makes the record of a converted network: one line, for the ANN after its last epoch. Nothing is trained. Where the ANN
 * diverged, or anything measured here is not finite, so has the conversion.
 */
export async function convert(context: RunContext, { record, weights }: Source): Promise<RunRecord> {
  const { model, rule } = context.assembly;
  const clock = startClock();
  const { trainedBy } = record.provenance;
  const common = {
    ...{ startedAt: clock.startedAt, parameters: countParameters(model) },
    ...(trainedBy === undefined ? {} : { trainedBy }),
  };
  const diverged = async (divergence: Divergence) => {
    const failed = { model, reader: rule, curve: [], cost: clock.cost(), divergence };
    return await finish(context, { ...common, ...failed });
  };
  const { last, divergence } = record;
  if (divergence !== undefined) {
    return await diverged({ ...divergence, what: `${divergence.what} (before the conversion)` });
  }
  if (last === null) throw new Error(`The record of the ANN ${record.hash} has no epoch.`);
  try {
    const fix = `remove ${weights} and the record beside it to train the ANN again`;
    assignTensors(modelVariables(model), readWeights(weights, record), weights, fix);
    checkTensors(modelVariables(model), "ANN's value");
    const { network, reader, scales } = await convertAll(context);
    try {
      const watch = watchOf(context, reader);
      const line = await evaluateOnce(context, last, { model: network, reader }, watch);
      const findings = await report(context, { model: network, reader }, watch);
      const trained = { model: network, reader, curve: [line], cost: clock.cost() };
      return await finish(context, {
        ...{ ...common, ...trained, ...findings },
        outputScale: outputScaleOf(scales),
      });
    } finally {
      disposeModel(network);
    }
  } catch (error) {
    return await diverged(divergenceOf(error, endOf(context)));
  }
}

async function convertAll(context: RunContext): Promise<Converted> {
  const { request: { config }, assembly: { dataset, trained, rule, model } } = context;
  const images = ruleOf(config.rule).calibrationImages?.(config.rule);
  if (images === undefined) throw new Error(`The rule "${config.rule.name}" converts nothing.`);
  const calibration = inOrder(config, dataset, slice(trained, 0, images));
  return await (rule as ConversionRule).convert(
    model as Network,
    calibration,
    progressOf(context, "convert"),
  );
}

/** A watch over the evaluation, where it simulates as long as the report: the long simulation is then made once. */
function watchOf(
  { request: { config } }: RunContext,
  { spiking }: Trained["reader"],
): SpikingWatch | undefined {
  if (spiking === undefined || timeStepsOf(spiking.T, config) !== spiking.T) return undefined;
  return new SpikingWatch(spiking.T, spiking.T);
}

async function evaluateOnce(
  context: RunContext,
  ann: EvaluatedLine,
  { model, reader }: Trained,
  watch: SpikingWatch | undefined,
): Promise<EvaluatedLine> {
  const { assembly: { evaluation } } = context;
  const scores = await evaluate(model, reader, evaluation, progressOf(context, "evaluate"), watch);
  const { epoch, learningRate, train } = ann;
  return { epoch, learningRate, train, ...scores };
}

function startClock() {
  const start = performance.now();
  const startedAt = new Date().toISOString();
  const cost = () => {
    const wallSeconds = (performance.now() - start) / 1000;
    return { wallSeconds, imagesPerSecond: 0, peakMemory: peakMemory(), sessions: 1 };
  };
  return { startedAt, cost };
}
