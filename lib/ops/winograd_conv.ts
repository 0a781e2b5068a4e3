import { runKernel, usesNativeKernels } from "./kernels.ts";
import { integer, tf } from "./tensorflow.ts";

/** With fewer channels, or pairs of them, taking tiles to their points and back costs more than it saves. */
const LEAST_CHANNELS = 16;
const LEAST_PAIRS = 512;

/** Whether a convolution is computed by our kernel: native kernels, 3 x 3, stride 1, enough channels. */
export function suitsWinograd({ shape: [height, width, C, F] }: tf.Tensor4D, stride: number): boolean {
  const enough = Math.min(C, F) >= LEAST_CHANNELS && C * F >= LEAST_PAIRS;
  return height === 3 && width === 3 && stride === 1 && enough && usesNativeKernels();
}

/**
 * Convolution of x [N, H, W, C] by a kernel [3, 3, C, F] with a border of one zero -> [N, H, W, F], plus a bias [F] and a
 * ReLU where asked; by Winograd's F(4 x 4, 3 x 3), a quarter of the multiplications. It knows no gradient.
 * Source: Lavin and Gray, arXiv 1509.09308.
 */
export function winogradConv(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  { bias, relu = false }: { bias?: tf.Tensor1D; relu?: boolean } = {},
): tf.Tensor4D {
  const biases = bias === undefined ? [] : [bias];
  const attributes = { R: integer(biases.length), mirrored: false, relu };
  return runKernel("WinogradConv", [x, kernel, ...biases], 1, attributes)[0] as tf.Tensor4D;
}

/** Gradient of the same for x, from dy [N, H, W, F]. */
export function winogradInputGradient(dy: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  const attributes = { R: integer(0), mirrored: true, relu: false };
  return runKernel("WinogradConv", [dy, kernel], 1, attributes)[0] as tf.Tensor4D;
}

/** Gradient of the same for the kernel [3, 3, C, F]. */
export function winogradKernelGradient(x: tf.Tensor4D, dy: tf.Tensor4D): tf.Tensor4D {
  return runKernel("WinogradFilterGradient", [x, dy], 1)[0] as tf.Tensor4D;
}
