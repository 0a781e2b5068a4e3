import { batchNorm, type Norm, type NormMode } from "./batch_norm.ts";
import { tf } from "./tensorflow.ts";

/** relu(norm(x)), x [N, H, W, C]. */
export function normRelu(x: tf.Tensor4D, norm: Norm, mode: NormMode): tf.Tensor4D {
  return normReluReference(x, norm, mode);
}

/** The same in TensorFlow.js. */
export function normReluReference(x: tf.Tensor4D, norm: Norm, mode: NormMode): tf.Tensor4D {
  return tf.relu(batchNorm(x, norm, mode));
}
