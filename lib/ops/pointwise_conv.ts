import { tf } from "./tensorflow.ts";

/** 1 x 1 convolution: x [N, H, W, C], kernel [1, 1, C, F] -> [N, H, W, F]; differentiable. */
export function pointwiseConv(x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  return convolvePointwise(x, kernel);
}

/** The convolution as one matrix product. */
export function convolvePointwise(x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  const [N, H, W] = x.shape;
  return tf.reshape(tf.matMul(rowsOf(x), matrixOf(kernel)), [N, H, W, kernel.shape[3]]);
}

/** Gradient for x: dy [N, H, W, F] times the transposed kernel. */
export function pointwiseInputGradient(dy: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  const [N, H, W] = dy.shape;
  return tf.reshape(tf.matMul(rowsOf(dy), matrixOf(kernel), false, true), [N, H, W, kernel.shape[2]]);
}

/** Gradient for the kernel, [1, 1, C, F]: the transposed x times dy. */
export function pointwiseKernelGradient(x: tf.Tensor4D, dy: tf.Tensor4D): tf.Tensor4D {
  const product = tf.matMul(rowsOf(x), rowsOf(dy), true);
  return tf.reshape(product, [1, 1, x.shape[3], dy.shape[3]]);
}

/** An image [N, H, W, C] as matrix [N H W, C]. */
function rowsOf(image: tf.Tensor4D): tf.Tensor2D {
  const [N, H, W, C] = image.shape;
  return tf.reshape(image, [N * H * W, C]);
}

function matrixOf(kernel: tf.Tensor4D): tf.Tensor2D {
  return tf.reshape(kernel, [kernel.shape[2], kernel.shape[3]]);
}
