import { type Norm, NORM_EPSILON, type NormMode } from "./batch_norm.ts";
import { convNorm, momentsOf } from "./conv_layer.ts";
import { runKernel } from "./kernels.ts";
import { node } from "./node.ts";
import { convForward, convInputGradient, convKernelGradient } from "./padded_conv.ts";
import { tf } from "./tensorflow.ts";
import {
  type InputNorm,
  suitsWinograd,
  winogradConv,
  winogradInputGradient,
  winogradKernelGradient,
} from "./winograd_conv.ts";

/** A convolution without bias [k, k, C, F], k odd, and the norm behind it. */
export interface ConvNorm {
  kernel: tf.Tensor4D;
  norm: Norm;
}

/**
 * Convolution, norm, ReLU, convolution, norm: the residual branch of a basic block; x [N, H, W, C]. The stride is that of
 * the first convolution. By native kernels it is one node of the tape, and what lies between both convolutions is normed
 * as the second one reads it, so that it is neither written nor kept.
 */
export function convNormPair(
  x: tf.Tensor4D,
  first: ConvNorm,
  second: ConvNorm,
  mode: NormMode,
  stride: number,
): tf.Tensor4D {
  if (suitsWinograd(second.kernel, 1)) return oneNode(x, first, second, mode, stride);
  const inner = convNorm(x, first.kernel, first.norm, mode, { stride, relu: true });
  return convNorm(inner, second.kernel, second.norm, mode, { relu: false });
}

type Kept = [
  ...[y: tf.Tensor4D, x: tf.Tensor4D],
  ...[kernel1: tf.Tensor4D, inner: tf.Tensor4D, mean1: tf.Tensor1D, variance1: tf.Tensor1D],
  ...[gamma1: tf.Tensor1D, beta1: tf.Tensor1D],
  ...[kernel2: tf.Tensor4D, convolved: tf.Tensor4D, ...norm2: tf.Tensor[]],
];

function oneNode(
  x: tf.Tensor4D,
  first: ConvNorm,
  second: ConvNorm,
  mode: NormMode,
  stride: number,
): tf.Tensor4D {
  const inputs: [...Branch, ...Branch] = [
    ...[first.kernel, first.norm.gamma, first.norm.beta] as Branch,
    ...[second.kernel, second.norm.gamma, second.norm.beta] as Branch,
  ];
  return node([x, ...inputs], {
    forward(x, kernel1, gamma1, beta1, kernel2, gamma2, beta2) {
      const inner = convForward(x, kernel1, stride);
      const [mean, variance] = momentsOf(inner, first.norm, mode);
      const convolved = winogradConv(inner, kernel2, { norm: inputNorm(mean, variance, gamma1, beta1) });
      const norm2 = [...momentsOf(convolved, second.norm, mode), gamma2, beta2];
      const [y] = runKernel("Norm", [convolved, ...norm2], 1, { epsilon: NORM_EPSILON, relu: false }) as [
        tf.Tensor4D,
      ];
      return {
        value: y,
        kept: [y, x, kernel1, inner, mean, variance, gamma1, beta1, kernel2, convolved, ...norm2],
      };
    },
    backward: (dy, kept: Kept) => gradients(dy, kept, mode, stride),
  });
}

type Branch = [kernel: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D];

/** Whatever is not needed any more is let go at once: little is left when the largest is made. */
function gradients(dy: tf.Tensor4D, kept: Kept, mode: NormMode, stride: number): tf.Tensor[] {
  const [y, x, kernel1, inner, mean, variance, gamma1, beta1, kernel2, convolved, ...norm2] = kept;
  const attributes = { epsilon: NORM_EPSILON, frozen: mode === "frozen" };
  const [dConvolved, ...dNorm2] = runKernel("NormGradient", [dy, convolved, ...norm2], 3, {
    ...attributes,
    relu: false,
  }) as [tf.Tensor4D, ...tf.Tensor[]];
  tf.dispose([dy, y, convolved, ...norm2]);
  const norm1 = [mean, variance, gamma1, beta1];
  const dKernel2 = winogradKernelGradient(inner, dConvolved, inputNorm(mean, variance, gamma1, beta1));
  const dNormed = winogradInputGradient(dConvolved, kernel2);
  dConvolved.dispose();
  const [dInner, ...dNorm1] = runKernel("NormGradient", [dNormed, inner, ...norm1], 3, {
    ...attributes,
    relu: true,
  }) as [tf.Tensor4D, ...tf.Tensor[]];
  tf.dispose([dNormed, inner, ...norm1]);
  const dKernel1 = convKernelGradient(x, dInner, stride, kernel1);
  const dx = convInputGradient(dInner, kernel1, stride, x.shape);
  return [dx, dKernel1, ...dNorm1, dKernel2, ...dNorm2];
}

function inputNorm(
  mean: tf.Tensor1D,
  variance: tf.Tensor1D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
): InputNorm {
  return { mean, scale: tf.mul(gamma, tf.rsqrt(tf.add(variance, NORM_EPSILON))), beta };
}
