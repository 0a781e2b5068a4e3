import type { HostBatch } from "../data/batches.ts";
import { tf } from "../ops/tensorflow.ts";
import type { Batch } from "./rule.ts";

/** Moves a batch into tensors; the caller disposes of them. */
export function toTensors(
  { images, labels, size }: HostBatch,
  [height, width, channels]: readonly [number, number, number],
  classes: number,
): Batch {
  const oneHot = new Float32Array(size * classes);
  labels.forEach((label, row) => oneHot[row * classes + label] = 1);
  return {
    images: tf.tensor4d(images, [size, height, width, channels]),
    oneHot: tf.tensor2d(oneHot, [size, classes]),
  };
}
