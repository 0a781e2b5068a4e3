import { readBytes } from "../files.ts";
import { FailureError } from "../errors.ts";
import type { Split } from "../data/dataset.ts";
import { fetchWhereMissing } from "../data/fetch.ts";
import { parseIdx } from "../data/idx.ts";
import { datasetOf } from "../data/sets/all.ts";
import { evaluate } from "../learning/evaluate.ts";
import type { Evaluation } from "../learning/metrics.ts";
import { disposeModel } from "../models/model.ts";
import { assembleData, inOrder } from "../runs/assemble/assemble.ts";
import type { RunConfig } from "../runs/config/config.ts";
import type { FoundRun } from "./find_run.ts";
import { type Opened, openRun } from "./open_run.ts";

/** Files of images and of their labels, both IDX. */
export interface GivenImages {
  images: string;
  labels: string;
}

/** Scores of a network on so many images. */
export interface Evaluated {
  images: number;
  scores: Evaluation;
}

/**
 * Evaluates the network that a run left on the images that its record was evaluated on, or on given ones, as the run did: with
 * all read-outs of its lives. Under the same kernels and threads the scores are those of the record's last line, bit for bit.
 */
export async function evaluateRun(run: FoundRun, given?: GivenImages): Promise<Evaluated> {
  return await evaluateOpened(await openRun(run), run.record.config, given);
}

/** The same of an opened network, which is disposed of. */
export async function evaluateOpened(
  { model, reader }: Opened,
  config: RunConfig,
  given?: GivenImages,
): Promise<Evaluated> {
  try {
    const { split, source } = await imagesOf(config, given);
    return { images: split.count, scores: await evaluate(model, reader, source) };
  } finally {
    disposeModel(model);
  }
}

async function imagesOf(config: RunConfig, given: GivenImages | undefined) {
  if (given !== undefined) {
    const split = readGiven(given, config.data.name);
    return { split, source: inOrder(config, datasetOf(config.data.name), split) };
  }
  await fetchWhereMissing(config.data.name, (line) => console.error(line));
  const { evaluated, evaluation } = assembleData(config);
  return { split: evaluated, source: evaluation };
}

/** Images [N, H, W] or [N, H, W, C] and labels [N], bytes, which must be as those of the data set. */
function readGiven({ images, labels }: GivenImages, name: RunConfig["data"]["name"]): Split {
  const { shape, classes } = datasetOf(name);
  const [pixels, answers] = [readIdx(images, "the images"), readIdx(labels, "the labels")];
  const [count = 0, height, width, channels = 1] = pixels.shape;
  const wanted = `the network was trained on images of ${
    shape.join(" x ")
  } of ${classes.length} classes (${name})`;
  if (count === 0 || pixels.shape.length > 4 || [height, width, channels].join() !== shape.join()) {
    throw new FailureError(
      `Reading the images ${images}: their shape is ${
        pixels.shape.join(" x ")
      }, but ${wanted}; give one or more such images.`,
    );
  }
  if (answers.shape.join() !== String(count)) {
    throw new FailureError(
      `Reading the labels ${labels}: their shape is ${
        answers.shape.join(" x ")
      }, but there are ${count} images; give one label for each.`,
    );
  }
  const unknown = answers.values.find((label) => label >= classes.length);
  if (unknown !== undefined) {
    throw new FailureError(
      `Reading the labels ${labels}: there is a label ${unknown}, but ${wanted}; give labels from 0 to ${
        classes.length - 1
      }.`,
    );
  }
  return { images: pixels.values, labels: answers.values, count };
}

function readIdx(path: string, what: string) {
  const mend = "give an IDX file of unsigned bytes, as MNIST's are";
  const bytes = readBytes(path, { what, mend });
  try {
    return parseIdx(bytes);
  } catch (error) {
    throw new FailureError(
      `Reading ${what} ${path}: ${(error as Error).message.replace(/\.$/, "")}; ${mend}.`,
    );
  }
}
