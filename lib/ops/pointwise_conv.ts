import { tf } from "./tensorflow.ts";

/** 1 x 1 convolution as one matrix product: x [N, H, W, C], kernel [1, 1, C, F] -> [N, H, W, F]. */
export function pointwiseConv(x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  const [N, H, W, C] = x.shape;
  const F = kernel.shape[3];
  const product = tf.matMul(tf.reshape(x, [N * H * W, C]), tf.reshape(kernel, [C, F]));
  return tf.reshape(product, [N, H, W, F]);
}
