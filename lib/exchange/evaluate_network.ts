import { type Dataset, slice, type Split } from "../data/dataset.ts";
import { fetchWhereMissing } from "../data/fetch.ts";
import { loadDataset } from "../data/load.ts";
import { FailureError, UsageError } from "../errors.ts";
import { evaluate } from "../learning/evaluate.ts";
import type { Evaluation } from "../learning/metrics.ts";
import type { Reader } from "../learning/rule.ts";
import { isSpikingRule, ruleOf, type RuleSettings } from "../learning/rules/all.ts";
import type { ConversionRule } from "../learning/rules/conversion.ts";
import { disposeModel, type Model } from "../models/model.ts";
import type { Network } from "../models/parameters.ts";
import { inOrder, splits } from "../runs/assemble/assemble.ts";
import type { RunConfig } from "../runs/config/config.ts";
import type { Architecture } from "./architecture.ts";
import { type GivenImages, readGiven } from "./given_images.ts";
import type { KnownNetwork } from "./known_network.ts";

/** How a network is read where not as its run read it. */
export interface Reading {
  /** The data set whose test images are taken, and whose training images a conversion is calibrated on. */
  data?: RunConfig["data"]["name"] | undefined;
  /** The recipe whose normalisation images get. */
  recipe?: RunConfig["data"]["augmentation"] | undefined;
  /** How both lives are read: "ann" alone, simulated as a rule's SNN, or converted. */
  rule?: RuleSettings | undefined;
  /** Images of one's own. */
  given?: GivenImages | undefined;
}

/** Scores of a network on so many images. */
export interface Evaluated {
  images: number;
  /** Whose images they are: "test", "validation" or "given". */
  of: string;
  scores: Evaluation;
}

/**
 * Evaluates a network with all read-outs of its lives. One that a run left is read as the run did, on the images that its record
 * was evaluated on: under the same kernels and threads the scores are those of the record's last line, bit for bit.
 */
export async function evaluateNetwork(network: KnownNetwork, reading: Reading = {}): Promise<Evaluated> {
  const { split, of, source, training } = await imagesOf(network, reading);
  const { model, reader, dispose } = await readerOf(network, reading, training);
  try {
    return { images: split.count, of, scores: await evaluate(model, reader, source) };
  } finally {
    dispose();
  }
}

/** The reader asked for, else the run's, else the ANN's. */
async function readerOf(network: KnownNetwork, { rule }: Reading, training: () => Training) {
  const { model, reader, architecture, name } = network;
  const own = { model, dispose: () => {} };
  if (rule === undefined && reader !== undefined) return { ...own, reader };
  const asked = rule ?? { name: "ann" } as const;
  if (isSpikingRule(asked) && !("layers" in architecture)) {
    throw new UsageError(
      `Evaluating ${name}: a ${architecture.network.name} has no spiking life, so it cannot be read by the rule ${asked.name}; read it by ann.`,
    );
  }
  const made = await ruleOf(asked).make(asked);
  const images = ruleOf(asked).calibrationImages?.(asked);
  if (images === undefined) return { ...own, reader: made };
  const { split, ordered } = training();
  const calibration = ordered(slice(split, 0, Math.min(images, split.count)));
  const converted = await (made as unknown as ConversionRule).convert(model as Network, calibration);
  return {
    model: converted.network as Model,
    reader: converted.reader as Reader<Model>,
    dispose: () => disposeModel(converted.network),
  };
}

interface Training {
  split: Split;
  ordered: (split: Split) => ReturnType<typeof inOrder>;
}

async function imagesOf({ name, config, architecture }: KnownNetwork, { data, recipe, given }: Reading) {
  const augmentation = recipe ?? config?.data.augmentation ?? "none";
  const set = data ?? config?.data.name;
  const seen = seenBy(architecture);
  const ordered = (split: Split) => inOrder({ data: { augmentation } }, { shape: seen.image }, split);
  if (set === undefined && given === undefined) {
    throw new UsageError(
      `Evaluating ${name}: it does not say what it was trained on; name a data set (--data), or give images and labels.`,
    );
  }
  const dataset = given !== undefined && set === undefined
    ? undefined
    : await load(set as string, name, seen);
  const training = () => {
    if (dataset !== undefined) return { split: dataset.train, ordered };
    throw new UsageError(
      `Converting ${name}: activations are measured on training images; name their data set (--data).`,
    );
  };
  if (given !== undefined) {
    const split = readGiven(given, seen);
    return { split, of: "given", source: ordered(split), training };
  }
  const { split, of } = evaluated(dataset as Dataset, data === undefined ? config : undefined);
  return { split, of, source: ordered(split), training };
}

/** The images that the run evaluated, or all test images. */
function evaluated(dataset: Dataset, config: RunConfig | undefined): { split: Split; of: string } {
  if (config === undefined) return { split: dataset.test, of: "test" };
  return {
    split: splits(dataset, config).evaluated,
    of: config.data.validationImages > 0 ? "validation" : "test",
  };
}

async function load(
  set: string,
  name: string,
  { image, classes }: ReturnType<typeof seenBy>,
): Promise<Dataset> {
  await fetchWhereMissing(set, (line) => console.error(line));
  const dataset = loadDataset(set);
  if (dataset.shape.join() === image.join() && dataset.classes.length === classes) return dataset;
  throw new FailureError(
    `Evaluating ${name}: it takes images of ${image.join(" x ")} and has ${classes} classes, but ${set} has ${
      dataset.shape.join(" x ")
    } and ${dataset.classes.length}; name the data set that it was trained on.`,
  );
}

/** The images and classes that a network is made for. */
function seenBy(architecture: Architecture): { image: readonly [number, number, number]; classes: number } {
  if (!("layers" in architecture)) return architecture;
  const last = architecture.layers.at(-1);
  return { image: architecture.input, classes: last?.type === "linear" ? last.units : 0 };
}
