import { execute, tf } from "./tensorflow.ts";

/** Which of the two matrices is transposed. */
export type Transposed = "neither" | "left" | "right";

/**
 * The product of two matrices, one of them transposed or neither; no gradient. `tf.matMul` takes them as a batch of one, for which TensorFlow
 * needs up to a third more time where many rows meet a small matrix and AVX-512 is there, and three operations more.
 */
export function matrixProduct(
  left: tf.Tensor2D,
  right: tf.Tensor2D,
  transposed: Transposed = "neither",
): tf.Tensor2D {
  const attributes = { transpose_a: transposed === "left", transpose_b: transposed === "right" };
  return execute("MatMul", [left, right], 1, attributes)[0] as tf.Tensor2D;
}
