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

/** x enters as relu((x - mean) * scale + beta), all [C]. */
export interface InputNorm {
  mean: tf.Tensor1D;
  scale: tf.Tensor1D;
  beta: tf.Tensor1D;
}

interface Ends {
  norm?: InputNorm | undefined;
  bias?: tf.Tensor1D;
  relu?: boolean;
}

/**
 * Convolution of x [N, H, W, C], normed where asked, by a kernel [3, 3, C, F] with a border of one zero -> [N, H, W, F],
 * plus a bias [F] and a ReLU where asked; by Winograd's F(4 x 4, 3 x 3), a quarter of the multiplications. It knows no
 * gradient. Source: Lavin and Gray, arXiv 1509.09308.
 */
export function winogradConv(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  { norm, bias, relu = false }: Ends = {},
): tf.Tensor4D {
  const [norms, biases] = [tensorsOf(norm), bias === undefined ? [] : [bias]];
  const attributes = { M: integer(norms.length), R: integer(biases.length), mirrored: false, relu };
  return runKernel("WinogradConv", [x, kernel, ...norms, ...biases], 1, attributes)[0] as tf.Tensor4D;
}

/** Gradient of the same for the normed x, from dy [N, H, W, F]. */
export function winogradInputGradient(dy: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  const attributes = { M: integer(0), R: integer(0), mirrored: true, relu: false };
  return runKernel("WinogradConv", [dy, kernel], 1, attributes)[0] as tf.Tensor4D;
}

/** Gradient of the same for the kernel [3, 3, C, F]. */
export function winogradKernelGradient(x: tf.Tensor4D, dy: tf.Tensor4D, norm?: InputNorm): tf.Tensor4D {
  const norms = tensorsOf(norm);
  const attributes = { M: integer(norms.length) };
  return runKernel("WinogradFilterGradient", [x, dy, ...norms], 1, attributes)[0] as tf.Tensor4D;
}

function tensorsOf(norm: InputNorm | undefined): tf.Tensor1D[] {
  return norm === undefined ? [] : [norm.mean, norm.scale, norm.beta];
}
