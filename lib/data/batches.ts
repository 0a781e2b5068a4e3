import { randomInt, randomOrder, randomStream } from "../ops/random.ts";
import { type Normalisation, type Normaliser, normaliser } from "./augment/normalise.ts";
import { slice, type Split } from "./dataset.ts";

/** A batch in the host's memory. */
export interface HostBatch {
  /** [size, H, W, C] row-major, in [0, 1] or normalised by a recipe. */
  images: Float32Array;
  labels: Uint8Array;
  size: number;
  /** [size, classes], where a recipe smooths or mixes labels; else a target is the one-hot label. */
  targets?: Float32Array;
}

/** The batches of every epoch. A batch depends on the seed, the epoch and the step alone. */
export interface BatchSource {
  /** Height, width, channels. */
  shape: readonly [number, number, number];
  /** Images in a batch (the last one of an ordered source may have fewer). */
  batchSize: number;
  /** Batches an epoch. */
  steps: number;
  /** The batch of `step` (from 0) in `epoch` (from 1). */
  batch(epoch: number, step: number): HostBatch;
}

export type Augmentation = "none" | "crop26-pad1";

export interface ShuffleOptions {
  batch: number;
  seed: number;
  augmentation: Augmentation;
}

/** Training batches: every epoch in a new order, augmented, the last incomplete batch dropped. */
export function shuffledBatches(
  split: Split,
  shape: readonly [number, number, number],
  options: ShuffleOptions,
): BatchSource {
  let shuffled: { epoch: number; order: Uint32Array } = { epoch: 0, order: new Uint32Array() };
  return {
    shape,
    batchSize: options.batch,
    steps: Math.floor(split.count / options.batch),
    batch(epoch, step) {
      if (shuffled.epoch !== epoch) {
        shuffled = { epoch, order: randomOrder(randomStream(options.seed, "shuffle", epoch), split.count) };
      }
      const indices = shuffled.order.subarray(step * options.batch, (step + 1) * options.batch);
      const batch = gather(split, indices);
      if (options.augmentation === "none") return batch;
      return cropAndPad(batch, shape, randomStream(options.seed, "augmentation", epoch, step));
    },
  };
}

/** Evaluation batches: in order, the last one as small as it comes, in [0, 1] unless a normalisation is given. */
export function orderedBatches(
  split: Split,
  shape: readonly [number, number, number],
  batch: number,
  normalisation?: Normalisation,
): BatchSource {
  const convert = normalisation === undefined ? undefined : normaliser(normalisation, shape[2]);
  return {
    shape,
    batchSize: batch,
    steps: Math.ceil(split.count / batch),
    batch(_epoch, step) {
      const from = step * batch;
      const size = Math.min(batch, split.count - from);
      if (convert !== undefined) return normalised(slice(split, from, from + size), convert);
      return gather(split, Uint32Array.from({ length: size }, (_, index) => from + index));
    },
  };
}

function normalised({ images, labels, count }: Split, convert: Normaliser): HostBatch {
  return { images: convert(images), labels: labels.slice(), size: count };
}

function gather(split: Split, indices: Uint32Array): HostBatch {
  const pixels = split.images.length / split.count;
  const images = new Float32Array(indices.length * pixels);
  const labels = new Uint8Array(indices.length);
  indices.forEach((index, row) => {
    const from = index * pixels;
    for (let pixel = 0; pixel < pixels; pixel++) {
      images[row * pixels + pixel] = (split.images[from + pixel] as number) / 255;
    }
    labels[row] = split.labels[index] as number;
  });
  return { images, labels, size: indices.length };
}

const BORDER = 1;

/**
 * RandomCrop(size - 2) then zero padding of 1: the image moves by -1, 0 or 1 in each direction inside a border of
 * zeros. Source: PL released code, `RandomCrop(26), Pad(1)`.
 */
function cropAndPad(
  batch: HostBatch,
  [height, width, channels]: readonly [number, number, number],
  random: ReturnType<typeof randomStream>,
): HostBatch {
  const images = new Float32Array(batch.images.length);
  for (let image = 0; image < batch.size; image++) {
    const down = randomInt(random, 0, 2 * BORDER) - BORDER;
    const right = randomInt(random, 0, 2 * BORDER) - BORDER;
    for (let y = BORDER; y < height - BORDER; y++) {
      const to = ((image * height + y) * width + BORDER) * channels;
      const from = ((image * height + y + down) * width + BORDER + right) * channels;
      images.set(batch.images.subarray(from, from + (width - 2 * BORDER) * channels), to);
    }
  }
  return { ...batch, images };
}
