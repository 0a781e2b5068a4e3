import { datasetOf } from "../data/sets/all.ts";
import { FailureError } from "../errors.ts";
import type { Reader } from "../learning/rule.ts";
import { converts, ruleOf } from "../learning/rules/all.ts";
import type { ConversionRule } from "../learning/rules/conversion.ts";
import { twoLivesSpec } from "../models/all.ts";
import { disposeModel, type Model, modelVariables } from "../models/model.ts";
import { createNetwork } from "../models/parameters.ts";
import type { HostTensor, Safetensors } from "../ops/safetensors.ts";
import { assembleModel } from "../runs/assemble/model.ts";
import type { RunConfig } from "../runs/config/config.ts";
import { assignTensors, readWeightsFile } from "../runs/weights.ts";
import { convertedSpec } from "../spiking/convert.ts";
import { requireFinite } from "./require_finite.ts";
import type { FoundRun } from "./find_run.ts";

/** A trained network and how it is read. The caller disposes of the model. */
export interface Opened {
  model: Model;
  reader: Reader<Model>;
}

/** The network that a run left, with the reader of its record's scores; its file is the one that the run wrote. */
export async function openRun({ record, weights }: FoundRun): Promise<Opened> {
  return await openWeights(record.config, readWeightsFile(weights, record), weights);
}

/** The same from what a file of weights holds; `source` names it in errors. */
export async function openWeights(
  config: RunConfig,
  { tensors, metadata }: Safetensors,
  source: string,
): Promise<Opened> {
  const reader = await readerOf(config, metadata, source);
  const model = await emptyModel(config);
  try {
    fill(model, tensors, source);
    return { model, reader };
  } catch (error) {
    disposeModel(model);
    throw error;
  }
}

/** Gives the model a file's tensors: all of them, each finite. */
function fill(model: Model, tensors: ReadonlyMap<string, HostTensor>, source: string): void {
  const mend = "give the file that the run wrote";
  requireFinite(tensors, source);
  const [unknown] = assignTensors(modelVariables(model), tensors, source, mend).keys();
  if (unknown === undefined) return;
  throw new FailureError(
    `Reading ${source}: the network has no "${unknown}", so that the file is another network's; ${mend}.`,
  );
}

/** A model of the shape that a run of this configuration leaves: after a conversion, without norms. */
async function emptyModel(config: RunConfig): Promise<Model> {
  if (converts(config.rule)) return createNetwork(convertedSpec(twoLivesSpec(config.network)), config.seed);
  return await assembleModel(config, datasetOf(config.data.name));
}

async function readerOf(
  { rule }: RunConfig,
  { outputScale }: Record<string, string>,
  source: string,
): Promise<Reader<Model>> {
  const made = await ruleOf(rule).make(rule);
  if (!converts(rule)) return made;
  const scale = Number(outputScale);
  if (scale > 0 && Number.isFinite(scale)) {
    return (made as unknown as ConversionRule).readerOf(scale) as Reader<Model>;
  }
  throw new FailureError(
    `Reading ${source}: it is a converted network's and its outputScale is ${
      outputScale ?? "missing"
    }, as files of older versions ` +
      `have none; remove the record beside it and convert the ANN again with deno task train.`,
  );
}
