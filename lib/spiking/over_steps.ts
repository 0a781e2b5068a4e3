import { tf } from "../ops/tensorflow.ts";

/** Applies to spikes [T, N, ...] what is made for [N, ...]: all steps are one large batch. Differentiable. */
export function overSteps(spikes: tf.Tensor, apply: (steps: tf.Tensor) => tf.Tensor): tf.Tensor {
  const [T = 0, N = 0, ...rest] = spikes.shape;
  const result = apply(tf.reshape(spikes, [T * N, ...rest]));
  return tf.reshape(result, [T, N, ...result.shape.slice(1)]);
}
