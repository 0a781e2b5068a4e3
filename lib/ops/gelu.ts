import { tf } from "./tensorflow.ts";

/**
 * x Phi(x) with the normal distribution function Phi: the exact GELU, not its tanh approximation; of the tensors, only x
 * is kept for the gradient Phi(x) + x phi(x). Source: Hendrycks and Gimpel, arXiv 1606.08415.
 */
export function gelu<T extends tf.Tensor>(x: T): T {
  const op = tf.customGrad<T>((...inputs) => {
    const [x, save] = inputs as unknown as [T, (kept: tf.Tensor[]) => void];
    save([x]);
    return { value: tf.mul(x, distribution(x)), gradFunc: geluGradient };
  });
  return op(x);
}

function geluGradient<T extends tf.Tensor>(dy: T, [x]: tf.Tensor[]): T {
  return tf.tidy(() => {
    const value = x as T;
    const density = tf.mul(tf.exp(tf.mul(tf.square(value), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return tf.mul(dy, tf.add(distribution(value), tf.mul(value, density)));
  });
}

/** Phi(x). */
function distribution<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5));
}
