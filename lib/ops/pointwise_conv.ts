import { matrixProduct } from "./matrix_product.ts";
import { tf } from "./tensorflow.ts";

/** 1 x 1 convolution: x [N, H, W, C], kernel [1, 1, C, F] -> [N, H, W, F]; differentiable. */
export function pointwiseConv(x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  return imageOf(tf.matMul(rowsOf(x), matrixOf(kernel)), x);
}

/** The same without a gradient, in less time. */
export function convolvePointwise(x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  return imageOf(matrixProduct(rowsOf(x), matrixOf(kernel)), x);
}

/** Gradient for x: dy [N, H, W, F] times the transposed kernel. */
export function pointwiseInputGradient(dy: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  return imageOf(matrixProduct(rowsOf(dy), matrixOf(kernel), "right"), dy);
}

/** Gradient for the kernel, [1, 1, C, F]: the transposed x times dy. */
export function pointwiseKernelGradient(x: tf.Tensor4D, dy: tf.Tensor4D): tf.Tensor4D {
  const product = matrixProduct(rowsOf(x), rowsOf(dy), "left");
  return tf.reshape(product, [1, 1, x.shape[3], dy.shape[3]]);
}

/** An image [N, H, W, C] as matrix [N H W, C]. */
function rowsOf(image: tf.Tensor4D): tf.Tensor2D {
  const [N, H, W, C] = image.shape;
  return tf.reshape(image, [N * H * W, C]);
}

/** A matrix [N H W, C] as an image of the size of `like`. */
function imageOf(rows: tf.Tensor2D, { shape: [N, H, W] }: tf.Tensor4D): tf.Tensor4D {
  return tf.reshape(rows, [N, H, W, rows.shape[1]]);
}

function matrixOf(kernel: tf.Tensor4D): tf.Tensor2D {
  return tf.reshape(kernel, [kernel.shape[2], kernel.shape[3]]);
}
