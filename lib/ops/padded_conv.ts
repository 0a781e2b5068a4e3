import { tf } from "./tensorflow.ts";

/**
 * Convolution with (k - 1) / 2 zeros on every side, as PyTorch pads; TensorFlow's "same" pads less at the top and left
 * when the stride is 2. x [N, H, W, C], kernel [k, k, C, F], k odd -> [N, ceil(H / stride), ceil(W / stride), F].
 */
export function paddedConv(x: tf.Tensor4D, kernel: tf.Tensor4D, stride: number): tf.Tensor4D {
  const padding = (kernel.shape[0] - 1) / 2;
  if (stride === 1) return tf.conv2d(x, kernel, 1, "same");
  const around: [number, number] = [padding, padding];
  return tf.conv2d(tf.pad(x, [[0, 0], around, around, [0, 0]]), kernel, stride, "valid");
}
