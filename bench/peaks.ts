import { tf } from "../lib/ops/tensorflow.ts";

/** What this process reaches at best, with its threads. */
export interface Peaks {
  /** Multiplications and additions a second, float32. */
  flops: number;
  /** Read and written a second, of tensors far larger than the caches. */
  bytes: number;
}

const SIDE = 1536;
const LONG = 32 * 2 ** 20;
const REPEATS = 5;

/** Measured: a product of two square matrices, in the library that is fastest at it, and the sum of two long vectors. */
export function measurePeaks(): Peaks {
  return tf.tidy(() => {
    const square = tf.randomUniform([SIDE, SIDE]);
    const [one, other] = [tf.ones([LONG]), tf.ones([LONG])];
    return {
      flops: 2 * SIDE ** 3 / seconds(() => tf.matMul(square, square)),
      bytes: 3 * 4 * LONG / seconds(() => tf.add(one, other)),
    };
  });
}

/** Of the fastest of some calls. */
function seconds(call: () => tf.Tensor): number {
  const times = Array.from({ length: REPEATS }, () => {
    const start = performance.now();
    call().dispose();
    return performance.now() - start;
  });
  return Math.min(...times) / 1000;
}
