import { runKernel, usesNativeKernels } from "./kernels.ts";
import { integer, type tf } from "./tensorflow.ts";

/** With more input channels, adding up one product after the other takes longer than a matrix product. */
const MOST_CHANNELS = 4;

/** Whether our kernel for images computes a convolution: native kernels, few input channels, stride 1, an odd kernel. */
export function suitsImageConv({ shape: [height, width, C] }: tf.Tensor4D, stride: number): boolean {
  return C <= MOST_CHANNELS && stride === 1 && height === width && height % 2 === 1 && usesNativeKernels();
}

/**
 * Convolution of x [N, H, W, C], stride 1, "same", by a kernel [k, k, C, F], plus a bias [F] and a ReLU where asked
 * -> [N, H, W, F]; in one pass; not differentiable.
 */
export function imageConv(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  { bias, relu = false }: { bias?: tf.Tensor1D | undefined; relu?: boolean } = {},
): tf.Tensor4D {
  const biases = bias === undefined ? [] : [bias];
  const attributes = { R: integer(biases.length), relu };
  return runKernel("ImageConv", [x, kernel, ...biases], 1, attributes)[0] as tf.Tensor4D;
}
