import { node } from "./node.ts";
import { tf } from "./tensorflow.ts";

/**
 * x Phi(x) with the normal distribution function Phi: the exact GELU, not its tanh approximation; of the tensors, only x
 * is kept for the gradient Phi(x) + x phi(x). Source: Hendrycks and Gimpel, arXiv 1606.08415.
 */
export function gelu<T extends tf.Tensor>(x: T): T {
  return node([x], {
    forward: (x) => ({ value: tf.mul(x, distribution(x)) as T, kept: [x] }),
    backward: (dy, [x]: [T]) => [geluGradient(dy, x)],
  });
}

function geluGradient<T extends tf.Tensor>(dy: T, x: T): T {
  const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return tf.mul(dy, tf.add(distribution(x), tf.mul(x, density)));
}

/** Phi(x). */
function distribution<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5));
}
