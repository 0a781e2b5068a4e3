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

/** Images `from` to `to` (exclusive) of a split; shares memory. */
export function slice(split: Split, from: number, to: number): Split {
  const size = split.images.length / split.count;
  return {
    images: split.images.subarray(from * size, to * size),
    labels: split.labels.subarray(from, to),
    count: to - from,
  };
}
