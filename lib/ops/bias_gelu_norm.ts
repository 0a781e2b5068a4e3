import { batchNorm, moveStatistics, type Norm, NORM_EPSILON, type NormMode } from "./batch_norm.ts";
import { gelu } from "./gelu.ts";
import { runKernel, usesNativeKernels } from "./kernels.ts";
import { node } from "./node.ts";
import { integer, tf } from "./tensorflow.ts";

/** What follows every convolution of ConvMixer: norm(gelu(x + bias)), plus `residual` where given; all [N, H, W, C]. */
export function biasGeluNorm(
  x: tf.Tensor4D,
  bias: tf.Tensor1D,
  norm: Norm,
  mode: NormMode,
  residual?: tf.Tensor4D,
): tf.Tensor4D {
  return (usesNativeKernels() ? biasGeluNormNative : biasGeluNormReference)(x, bias, norm, mode, residual);
}

/** The same in TensorFlow.js. */
export function biasGeluNormReference(
  x: tf.Tensor4D,
  bias: tf.Tensor1D,
  norm: Norm,
  mode: NormMode,
  residual?: tf.Tensor4D,
): tf.Tensor4D {
  const normed = batchNorm(gelu(tf.add(x, bias)), norm, mode);
  return residual === undefined ? normed : tf.add(normed, residual);
}

/** The same in two passes over memory and three for the gradients; of the images, only x is kept for those. */
export function biasGeluNormNative(
  x: tf.Tensor4D,
  bias: tf.Tensor1D,
  norm: Norm,
  mode: NormMode,
  residual?: tf.Tensor4D,
): tf.Tensor4D {
  const inputs: NormInputs = [x, bias, norm.gamma, norm.beta, ...(residual === undefined ? [] : [residual])];
  return node(inputs, {
    forward(x, bias, gamma, beta, ...rest) {
      const statistics = normStatistics(x, bias, norm, mode);
      return {
        value: applyNorm(x, bias, statistics, gamma, beta, rest),
        kept: [x, bias, ...statistics, gamma],
      };
    },
    backward: (dy, kept: tf.Tensor[]) => [
      ...normGradient(dy, kept, mode),
      ...(residual === undefined ? [] : [tf.clone(dy)]),
    ],
  });
}

type NormInputs = [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, ...tf.Tensor4D[]];

/** Mean and biased variance of gelu(x + bias) over the batch, which then move the running ones, or the frozen running ones. */
export function normStatistics(
  x: tf.Tensor4D,
  bias: tf.Tensor1D,
  norm: Norm,
  mode: NormMode,
): [mean: tf.Tensor1D, variance: tf.Tensor1D] {
  if (mode === "frozen") return [norm.mean, norm.variance];
  const [mean, variance] = runKernel("BiasGeluMoments", [x, bias], 2) as [tf.Tensor1D, tf.Tensor1D];
  const rows = x.size / bias.size;
  moveStatistics(norm, mean, tf.mul(variance, rows / Math.max(rows - 1, 1)));
  return [mean, variance];
}

/** The norm of gelu(x + bias) by these statistics, plus a residual where there is one. */
export function applyNorm(
  x: tf.Tensor4D,
  bias: tf.Tensor1D,
  statistics: [tf.Tensor1D, tf.Tensor1D],
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  residual: tf.Tensor4D[],
): tf.Tensor4D {
  const attributes = { R: integer(residual.length), epsilon: NORM_EPSILON };
  const inputs = [x, bias, ...statistics, gamma, beta, ...residual];
  return runKernel("BiasGeluNorm", inputs, 1, attributes)[0] as tf.Tensor4D;
}

/** Gradients for x, bias, gamma, beta from the saved x, bias, mean, variance, gamma. */
export function normGradient(dy: tf.Tensor, saved: tf.Tensor[], mode: NormMode): tf.Tensor[] {
  const attributes = { epsilon: NORM_EPSILON, frozen: mode === "frozen" };
  return runKernel("BiasGeluNormGradient", [dy, ...saved], 4, attributes);
}
