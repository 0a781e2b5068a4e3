import type { HostBatch } from "../data/batches.ts";
import { tf } from "../ops/tensorflow.ts";
import type { Batch } from "./rule.ts";

/** Moves a batch into tensors, with its targets, else its labels one-hot; the caller disposes of them. */
export function toTensors(
  host: HostBatch & { targets?: Float32Array },
  [height, width, channels]: readonly [number, number, number],
  classes: number,
): Batch {
  const { images, labels, size, targets = oneHot(labels, classes) } = host;
  return {
    images: tf.tensor4d(images, [size, height, width, channels]),
    targets: tf.tensor2d(targets, [size, classes]),
  };
}

function oneHot(labels: Uint8Array, classes: number): Float32Array {
  const rows = new Float32Array(labels.length * classes);
  labels.forEach((label, row) => rows[row * classes + label] = 1);
  return rows;
}
