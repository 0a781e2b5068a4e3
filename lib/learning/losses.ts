import { tf } from "../ops/tensorflow.ts";

/** Mean over batch and classes of (output - target)^2; outputs and targets [N, classes]. Source: PL released code. */
export function meanSquaredError(output: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  return tf.mean(tf.square(tf.sub(output, target))) as tf.Scalar;
}

/** Softmax cross-entropy of logits [N, classes] against class probabilities, mean over the batch. */
export function crossEntropy(logits: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  const logProbabilities = tf.logSoftmax(logits);
  return tf.neg(tf.mean(tf.sum(tf.mul(target, logProbabilities), -1))) as tf.Scalar;
}
