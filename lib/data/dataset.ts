import { UsageError } from "../errors.ts";
import { loadFashionMnist } from "./fashion_mnist.ts";

/** Images and labels of one part of a data set. */
export interface Split {
  /** Bytes, [count, height, width, channels] row-major. */
  images: Uint8Array;
  labels: Uint8Array;
  count: number;
}

/** A named data set in memory, every file verified. */
export interface Dataset {
  name: string;
  /** Height, width, channels. */
  shape: readonly [number, number, number];
  classes: readonly string[];
  train: Split;
  test: Split;
  /** SHA-256 of every file read. */
  sums: Record<string, string>;
}

const LOADERS: Record<string, () => Dataset> = { "fashion-mnist": loadFashionMnist };

/** Loads a data set by its name, refusing damaged files. */
export function loadDataset(name: string): Dataset {
  const load = LOADERS[name];
  if (load === undefined) {
    const known = Object.keys(LOADERS).join(", ");
    throw new UsageError(`Loading the data set "${name}": it is unknown; use one of ${known}.`);
  }
  return load();
}

/** Images `from` to `to` (exclusive) of a split; shares memory. */
export function slice(split: Split, from: number, to: number): Split {
  const size = split.images.length / split.count;
  return {
    images: split.images.subarray(from * size, to * size),
    labels: split.labels.subarray(from, to),
    count: to - from,
  };
}
