import { randomStream } from "../../ops/random.ts";
import type { HostBatch } from "../batches.ts";
import { augmentImage } from "./augment_image.ts";
import type { ImageShape } from "./image.ts";
import { mixBatch } from "./mix.ts";
import { normaliser } from "./normalise.ts";
import type { Recipe } from "./recipe.ts";
import { smoothedTargets } from "./targets.ts";

/** Everything that a batch is made of; the batch depends on nothing else. */
export interface BatchJob {
  /** Bytes, [size, H, W, C]. */
  images: Uint8Array;
  labels: Uint8Array;
  /** Where each image lies in its split. */
  indices: Uint32Array;
  shape: ImageShape;
  classes: number;
  recipe: Recipe;
  seed: number;
  epoch: number;
  step: number;
}

/** A batch with its targets. */
export interface TargetBatch extends HostBatch {
  /** [size, classes]: smoothed and mixed as the recipe says. */
  targets: Float32Array;
}

/**
 * Makes a batch: every image by its own random stream (seed, epoch, its index), then mixing by that of the batch (seed,
 * epoch, step). So it does not matter which worker makes it, or when.
 */
export function augmentBatch(job: BatchJob): TargetBatch {
  const { labels, shape, recipe, seed, epoch, step } = job;
  const size = labels.length;
  const images = augmentImages(job); // [size, H, W, C]
  const targets = smoothedTargets(labels, job.classes, recipe.labelSmoothing); // [size, classes]
  if (recipe.mixing === null) return { images, targets, labels, size };
  const random = randomStream(seed, "mixing", epoch, step);
  return { ...mixBatch({ images, targets, size }, shape, recipe.mixing, random), labels };
}

function augmentImages({ images, indices, shape, recipe, seed, epoch }: BatchJob): Float32Array {
  const normalise = normaliser(recipe.normalisation, shape[2]);
  const pixels = images.length / indices.length;
  const result = new Float32Array(images.length);
  indices.forEach((index, row) => {
    const image = images.subarray(row * pixels, (row + 1) * pixels);
    const random = randomStream(seed, "image", epoch, index);
    result.set(augmentImage(image, shape, recipe, normalise, random), row * pixels);
  });
  return result;
}
