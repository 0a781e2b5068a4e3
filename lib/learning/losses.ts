import { tf } from "../ops/tensorflow.ts";

/** Mean over batch and classes of (output - target)^2; outputs and targets [N, classes]. Source: PL released code. */
export function meanSquaredError(output: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  return tf.mean(tf.square(tf.sub(output, target))) as tf.Scalar;
}

/** Softmax cross-entropy of logits [N, classes] against class probabilities, mean over the batch. */
export function crossEntropy(logits: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  return tf.mean(crossEntropies(logits, target)) as tf.Scalar;
}

/** Softmax cross-entropy of every example, [N]. */
export function crossEntropies(logits: tf.Tensor2D, target: tf.Tensor2D): tf.Tensor1D {
  return tf.neg(tf.sum(tf.mul(target, tf.logSoftmax(logits)), -1)) as tf.Tensor1D;
}
