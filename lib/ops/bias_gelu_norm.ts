import { batchNorm, type Norm, type NormMode } from "./batch_norm.ts";
import { gelu } from "./gelu.ts";
import { tf } from "./tensorflow.ts";

/** What follows every convolution of ConvMixer: norm(gelu(x + bias)), plus `residual` where given; all [N, H, W, C]. */
export function biasGeluNorm(
  x: tf.Tensor4D,
  bias: tf.Tensor1D,
  norm: Norm,
  mode: NormMode,
  residual?: tf.Tensor4D,
): tf.Tensor4D {
  return biasGeluNormReference(x, bias, norm, mode, residual);
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
