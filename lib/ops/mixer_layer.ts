import type { Norm, NormMode } from "./batch_norm.ts";
import { applyNorm, biasGeluNorm, normGradient, normStatistics } from "./bias_gelu_norm.ts";
import {
  convolveDepthwise,
  depthwiseConv,
  depthwiseFilterGradient,
  depthwiseInputGradient,
  WIDEST,
} from "./depthwise_conv.ts";
import { usesNativeKernels } from "./kernels.ts";
import { node } from "./node.ts";
import {
  convolvePointwise,
  pointwiseConv,
  pointwiseInputGradient,
  pointwiseKernelGradient,
} from "./pointwise_conv.ts";
import type { tf } from "./tensorflow.ts";

/** Kernel and bias [F] of a convolution. */
export interface ConvWeights {
  kernel: tf.Tensor4D;
  bias: tf.Tensor1D;
}

/** x + norm(gelu(depthwise convolution of x + bias)), x [N, H, W, C], kernel [k, k, C, 1]. */
export function depthwiseLayer(
  x: tf.Tensor4D,
  weights: ConvWeights,
  norm: Norm,
  mode: NormMode,
): tf.Tensor4D {
  if (usesNativeKernels() && weights.kernel.shape[0] <= WIDEST) {
    return fused(DEPTHWISE, x, weights, norm, mode);
  }
  return biasGeluNorm(depthwiseConv(x, weights.kernel), weights.bias, norm, mode, x);
}

/** norm(gelu(pointwise convolution of x + bias)), x [N, H, W, C], kernel [1, 1, C, F] -> [N, H, W, F]. */
export function pointwiseLayer(
  x: tf.Tensor4D,
  weights: ConvWeights,
  norm: Norm,
  mode: NormMode,
): tf.Tensor4D {
  if (usesNativeKernels()) return fused(POINTWISE, x, weights, norm, mode);
  return biasGeluNorm(pointwiseConv(x, weights.kernel), weights.bias, norm, mode);
}

/** A convolution with its gradients for input and kernel, and whether its layer adds x to what it returns. */
interface Convolution {
  residual: boolean;
  forward(x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D;
  inputGradient(dy: tf.Tensor4D, kernel: tf.Tensor4D, ...addend: tf.Tensor4D[]): tf.Tensor4D;
  kernelGradient(x: tf.Tensor4D, dy: tf.Tensor4D, k: number): tf.Tensor4D;
}

const DEPTHWISE: Convolution = {
  residual: true,
  forward: convolveDepthwise,
  inputGradient: depthwiseInputGradient,
  kernelGradient: depthwiseFilterGradient,
};

const POINTWISE: Convolution = {
  residual: false,
  forward: convolvePointwise,
  inputGradient: pointwiseInputGradient,
  kernelGradient: pointwiseKernelGradient,
};

type Saved = [x: tf.Tensor4D, kernel: tf.Tensor4D, convolved: tf.Tensor4D, ...normed: tf.Tensor1D[]];

/**
 * A layer as one node of the tape, where only two images are kept for the gradients, the layer's input and the
 * convolution's output.
 */
function fused(
  convolution: Convolution,
  x: tf.Tensor4D,
  { kernel, bias }: ConvWeights,
  norm: Norm,
  mode: NormMode,
): tf.Tensor4D {
  return node([x, kernel, bias, norm.gamma, norm.beta], {
    forward(x, kernel, bias, gamma, beta) {
      const convolved = convolution.forward(x, kernel);
      const statistics = normStatistics(convolved, bias, norm, mode);
      const residual = convolution.residual ? [x] : [];
      return {
        value: applyNorm(convolved, bias, statistics, gamma, beta, residual),
        kept: [x, kernel, convolved, bias, ...statistics, gamma],
      };
    },
    backward: (dy, saved: Saved) => gradients(convolution, dy, saved, mode),
  });
}

/** Gradients for x, kernel, bias, gamma, beta. */
function gradients(convolution: Convolution, dy: tf.Tensor4D, saved: Saved, mode: NormMode): tf.Tensor[] {
  const [x, kernel, ...normed] = saved;
  const [dConvolved, ...rest] = normGradient(dy, normed, mode) as [tf.Tensor4D, ...tf.Tensor[]];
  const dx = convolution.inputGradient(dConvolved, kernel, ...(convolution.residual ? [dy] : []));
  const dKernel = convolution.kernelGradient(x, dConvolved, kernel.shape[0]);
  return [dx, dKernel, ...rest];
}
