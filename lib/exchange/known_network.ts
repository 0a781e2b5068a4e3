import { createHash } from "node:crypto";
import { basename } from "node:path";
import { FailureError, messageOf, UsageError } from "../errors.ts";
import { readBytes } from "../files.ts";
import type { Reader } from "../learning/rule.ts";
import { converts, ruleOf } from "../learning/rules/all.ts";
import type { ConversionRule } from "../learning/rules/conversion.ts";
import { disposeModel, type Model, modelVariables } from "../models/model.ts";
import type { Life } from "../models/network.ts";
import { type HostTensor, parseSafetensors } from "../ops/safetensors.ts";
import { parseConfig, type RunConfig } from "../runs/config/config.ts";
import type { RunRecord } from "../runs/record.ts";
import { assignTensors, readWeightsFile } from "../runs/weights.ts";
import {
  type Architecture,
  architectureOf,
  emptyModel,
  hasStatisticsOfLives,
  readArchitecture,
} from "./architecture.ts";
import type { FoundRun } from "./find_run.ts";
import { fromStateDictionary, isCounter } from "./import_pytorch.ts";
import { requireFinite } from "./require_finite.ts";

/** A trained network with all that is known of it. The caller disposes of the model. */
export interface KnownNetwork {
  /** What it is called in what is printed. */
  name: string;
  model: Model;
  architecture: Architecture;
  /** The one life whose running statistics a file of another layout had; both lives then have them. */
  life?: Life;
  /** Of a network that a run of this configuration left. */
  config?: RunConfig;
  /** How that run's scores are read; of a file with one life's statistics, that life. */
  reader?: Reader<Model>;
  record?: RunRecord;
  /** What its file says beside the above: names and texts. */
  about: Record<string, string>;
}

/** What a file's metadata say that is kept as it is. */
const SAID = ["hash", "experiment", "row", "outputScale", "importedFrom"];

/**
 * The network that a run left; its file must be the one that the run wrote.
 *
 * ```ts
 * import { train } from "weightshare";
 * import { evaluateNetwork, openRun, recordOfHash, runOfRecord } from "weightshare/exchange";
 *
 * const [record] = await train("fashion-mnist-proxy", { row: "proxy-k1", profile: "smoke" });
 * const trained = await openRun(runOfRecord(recordOfHash(record?.hash ?? "")));
 * const { scores } = await evaluateNetwork(trained);
 * console.log(scores.evaluation.snn?.argmax === record?.last?.evaluation.snn?.argmax);
 * ```
 */
export async function openRun({ record, weights }: FoundRun): Promise<KnownNetwork> {
  const { tensors, metadata } = readWeightsFile(weights, record);
  const { config, row, hash } = record;
  const known = await openTensors(architectureOf(config), tensors, { ...metadata, hash }, config, weights);
  return { ...known, name: `${row} (${hash})`, record };
}

/**
 * The network in a safetensors file: a run's weights, one that was imported, or one in PyTorch's layout, of which the
 * architecture must be given where the file does not say it. Everything in the file is checked; what is wrong is named.
 *
 * ```ts
 * import { train } from "weightshare";
 * import { exportNir, exportPyTorch, openFile, openRun, recordOfHash, runOfRecord } from "weightshare/exchange";
 *
 * const [run] = await train("fashion-mnist-proxy", { row: "proxy-k1", profile: "smoke" });
 * const network = await openRun(runOfRecord(recordOfHash(run?.hash ?? "")));
 * console.log(exportPyTorch(network, "network.safetensors")); // the network, weightshare_models.py, a card
 * console.log(exportNir(network, "network.nir", { pool: "average" }));
 * const back = await openFile("network.safetensors");
 * console.log(back.about["row"], back.model.parameters.get("conv1.kernel")?.value.shape);
 * ```
 */
export async function openFile(path: string, given?: Architecture): Promise<KnownNetwork> {
  const fix =
    "give a file written by safetensors.torch.save_file from the float32 state_dict() of that architecture";
  const source = `the network ${path}`;
  const bytes = readBytes(path, { what: "the network", fix });
  const { tensors, metadata } = parseSafetensors(bytes, source, fix, isCounter);
  const config = configIn(metadata, source);
  const architecture = architectureIn(metadata, config, source, given);
  const layout = layoutOf(metadata);
  const ours = layout === "pytorch" ? fromStateDictionary(tensors, metadata, architecture, source) : tensors;
  const known = await openTensors(architecture, ours, metadata, config, source);
  if (layout !== "pytorch") return known;
  const sum = createHash("sha256").update(bytes).digest("hex");
  return { ...known, about: { importedFrom: `${basename(path)}, SHA-256 ${sum}`, ...known.about } };
}

/** Files that our runs wrote say their configuration and no layout; any other that says none is PyTorch's. */
function layoutOf({ layout, config }: Record<string, string>): string {
  return layout ?? (config === undefined ? "pytorch" : "tensorflow");
}

function configIn({ config }: Record<string, string>, source: string): RunConfig | undefined {
  if (config === undefined) return undefined;
  try {
    return parseConfig(JSON.parse(config));
  } catch (error) {
    throw new FailureError(
      `Reading ${source}: its configuration is damaged (${messageOf(error)}); give an undamaged file.`,
    );
  }
}

function architectureIn(
  { architecture }: Record<string, string>,
  config: RunConfig | undefined,
  source: string,
  given: Architecture | undefined,
): Architecture {
  const said = architecture === undefined
    ? config === undefined ? undefined : architectureOf(config)
    : readArchitecture(architecture);
  if (said !== undefined && given !== undefined && JSON.stringify(said) !== JSON.stringify(given)) {
    throw new UsageError(
      `Reading ${source}: it says that it is another architecture (${
        JSON.stringify(said).slice(0, 200)
      }) than the one given; leave that out.`,
    );
  }
  const found = said ?? given;
  if (found !== undefined) return found;
  throw new UsageError(
    `Reading ${source}: it does not say what network it is; give its architecture (--network, or --layers with --input).`,
  );
}

async function openTensors(
  architecture: Architecture,
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: Record<string, string>,
  config: RunConfig | undefined,
  source: string,
): Promise<KnownNetwork> {
  const life = lifeIn(metadata, architecture);
  const reader = config === undefined ? undefined : await readerOf(config, metadata, source);
  const model = await filled(architecture, tensors, source);
  const about = Object.fromEntries(Object.entries(metadata).filter(([key]) => SAID.includes(key)));
  return {
    ...{ name: source, model, architecture, about },
    ...(life === undefined ? {} : { life }),
    ...(config === undefined ? {} : { config }),
    ...(reader === undefined ? {} : { reader: ofLife(reader, life) }),
  };
}

function lifeIn({ life }: Record<string, string>, architecture: Architecture): Life | undefined {
  return hasStatisticsOfLives(architecture) && (life === "ann" || life === "snn") ? life : undefined;
}

/** A reader of one life where only that life's statistics are there. */
function ofLife(reader: Reader<Model>, life: Life | undefined): Reader<Model> {
  return life !== undefined && reader.lives.includes(life) ? { ...reader, lives: [life] } : reader;
}

/** A model of the architecture with a file's tensors: all of them, each finite. */
async function filled(
  architecture: Architecture,
  tensors: ReadonlyMap<string, HostTensor>,
  source: string,
): Promise<Model> {
  requireFinite(tensors, source);
  const model = await emptyModel(architecture);
  const fix = "give the file of that network";
  try {
    const [unknown] = assignTensors(modelVariables(model), tensors, source, fix).keys();
    if (unknown === undefined) return model;
    throw new FailureError(
      `Reading ${source}: the network has no "${unknown}", so that the file is another network's; ${fix}.`,
    );
  } catch (error) {
    disposeModel(model);
    throw error;
  }
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
