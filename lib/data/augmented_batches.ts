import { randomOrder, randomStream } from "../ops/random.ts";
import { augmentBatch, type BatchJob, type TargetBatch } from "./augment/augment_batch.ts";
import type { ImageShape } from "./augment/image.ts";
import type { Recipe } from "./augment/recipe.ts";
import type { BatchSource } from "./batches.ts";
import type { Split } from "./dataset.ts";

export interface AugmentedOptions {
  batch: number;
  seed: number;
  classes: number;
  recipe: Recipe;
}

/** Training batches by a recipe. What a batch is made of can be asked for apart, to make it elsewhere. */
export interface AugmentedSource extends BatchSource {
  batch(epoch: number, step: number): TargetBatch;
  job(epoch: number, step: number): BatchJob;
}

/** Training batches: every epoch in a new order, augmented by the recipe, the last incomplete batch dropped. */
export function augmentedBatches(
  split: Split,
  shape: ImageShape,
  { batch, seed, classes, recipe }: AugmentedOptions,
): AugmentedSource {
  let shuffled: { epoch: number; order: Uint32Array } = { epoch: 0, order: new Uint32Array() };
  const job = (epoch: number, step: number): BatchJob => {
    if (shuffled.epoch !== epoch) {
      shuffled = { epoch, order: randomOrder(randomStream(seed, "shuffle", epoch), split.count) };
    }
    const indices = shuffled.order.slice(step * batch, (step + 1) * batch);
    return { ...gatherBytes(split, indices), indices, shape, classes, recipe, seed, epoch, step };
  };
  return {
    shape,
    batchSize: batch,
    steps: Math.floor(split.count / batch),
    job,
    batch: (epoch, step) => augmentBatch(job(epoch, step)),
  };
}

function gatherBytes(split: Split, indices: Uint32Array): Pick<BatchJob, "images" | "labels"> {
  const pixels = split.images.length / split.count;
  const images = new Uint8Array(indices.length * pixels); // [size, H, W, C]
  indices.forEach((index, row) => {
    images.set(split.images.subarray(index * pixels, (index + 1) * pixels), row * pixels);
  });
  return { images, labels: Uint8Array.from(indices, (index) => split.labels[index] as number) };
}
