import { createHash } from "node:crypto";
import { Buffer } from "node:buffer";
import { encodeIdx } from "../idx.ts";

/** Bytes of a CIFAR image: 32 x 32 pixels, three channels. */
export const IMAGE_BYTES: number = 32 * 32 * 3;

/** Labelled images in the order of their source. */
export interface Labelled {
  /** [count, 32, 32, 3] row-major. */
  images: Uint8Array;
  labels: Uint8Array;
}

/** Both parts of a data set. */
export interface Parts {
  train: Labelled;
  test: Labelled;
}

/** The stored files. */
export const CANONICAL_FILES = {
  train: ["train-images-idx4-ubyte", "train-labels-idx1-ubyte"],
  test: ["test-images-idx4-ubyte", "test-labels-idx1-ubyte"],
} as const;

/**
 * The stored form of a data set: IDX files of images [count, 32, 32, 3] and labels [count], sorted by the SHA-256 of
 * label and image. Sources that differ only in their order give the same bytes, so one sum is true for all of them,
 * and the first n images are a random sample.
 */
export function canonicalFiles(parts: Parts): Map<string, Uint8Array> {
  return new Map((["train", "test"] as const).flatMap((part) => {
    const { images, labels } = sorted(parts[part]);
    const [imagesFile, labelsFile] = CANONICAL_FILES[part];
    const count = labels.length;
    return [
      [imagesFile, encodeIdx({ shape: [count, 32, 32, 3], values: images })],
      [labelsFile, encodeIdx({ shape: [count], values: labels })],
    ] as const;
  }));
}

function sorted({ images, labels }: Labelled): Labelled {
  const keys = Array.from(labels, (_, index) => sortKey(imageAt(images, index), labels[index] as number));
  const order = keys.map((_, index) => index)
    .sort((a, b) => Buffer.compare(keys[a] as Buffer, keys[b] as Buffer));
  const result = { images: new Uint8Array(images.length), labels: new Uint8Array(labels.length) };
  order.forEach((from, to) => {
    result.images.set(imageAt(images, from), to * IMAGE_BYTES);
    result.labels[to] = labels[from] as number;
  });
  return result;
}

function sortKey(image: Uint8Array, label: number): Buffer {
  return createHash("sha256").update(Uint8Array.of(label)).update(image).digest();
}

function imageAt(images: Uint8Array, index: number): Uint8Array {
  return images.subarray(index * IMAGE_BYTES, (index + 1) * IMAGE_BYTES);
}

/** Several groups of labelled images as one. */
export function joined(groups: readonly Labelled[]): Labelled {
  return {
    images: new Uint8Array(Buffer.concat(groups.map(({ images }) => images))),
    labels: new Uint8Array(Buffer.concat(groups.map(({ labels }) => labels))),
  };
}
