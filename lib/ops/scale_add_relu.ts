import { tf } from "./tensorflow.ts";

/** relu(x * scale + shortcut): the end of a squeeze-and-excitation block. x, shortcut [N, H, W, C], scale [N, C]. */
export function scaleAddRelu(x: tf.Tensor4D, scale: tf.Tensor2D, shortcut: tf.Tensor4D): tf.Tensor4D {
  return scaleAddReluReference(x, scale, shortcut);
}

/** The same in TensorFlow.js. */
export function scaleAddReluReference(
  x: tf.Tensor4D,
  scale: tf.Tensor2D,
  shortcut: tf.Tensor4D,
): tf.Tensor4D {
  const [N, C] = scale.shape;
  return tf.relu(tf.add(tf.mul(x, tf.reshape(scale, [N, 1, 1, C])), shortcut) as tf.Tensor4D);
}
