import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Dataset, slice, type Split } from "../../lib/data/dataset.ts";
import { fetchWhereMissing } from "../../lib/data/fetch.ts";
import { loadDataset } from "../../lib/data/load.ts";
import { toTensors } from "../../lib/learning/tensors.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { inOrder } from "../../lib/runs/assemble/assemble.ts";
import type { RunConfig } from "../../lib/runs/config/config.ts";

/** So many test images are compared. */
export const IMAGES = 1000;

/** The first test images of a run's data set. */
export interface TestImages {
  dataset: Dataset;
  split: Split;
}

/** Reads them, fetched where they are missing. */
export async function testImages({ data }: RunConfig): Promise<TestImages> {
  await fetchWhereMissing(data.name, (line) => console.log(line));
  const dataset = loadDataset(data.name);
  return { dataset, split: slice(dataset.test, 0, IMAGES) };
}

/** What `forward` makes of them, normalised as in the run; an array for each image. */
export function forImages(
  { data }: RunConfig,
  { dataset, split }: TestImages,
  forward: (images: tf.Tensor4D) => tf.Tensor2D,
): number[][] {
  const source = inOrder({ data }, dataset, split);
  return Array.from(
    { length: source.steps },
    (_, step) =>
      tf.tidy(() =>
        forward(toTensors(source.batch(1, step), source.shape, dataset.classes.length).images).arraySync()
      ),
  ).flat();
}

/** Writes them as bytes [N, H, W, C]; gives what Python is told of them. */
export function writeImages({ dataset, split }: TestImages, folder: string, file: string) {
  writeFileSync(join(folder, file), split.images);
  return { images: file, shape: dataset.shape };
}

/** The position of the largest number, the first of several. */
export function argmax(row: readonly number[]): number {
  return row.indexOf(Math.max(...row));
}
