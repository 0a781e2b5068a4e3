import { tf } from "./tensorflow.ts";

/** x Phi(x) with the normal distribution function Phi: the exact GELU, not its tanh approximation. arXiv 1606.08415. */
export function gelu<T extends tf.Tensor>(x: T): T {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)) as T;
}
