import { node } from "./node.ts";
import { execute, tf } from "./tensorflow.ts";

/** max(0, x), whose gradient is one operation; TensorFlow.js's takes seven. */
export function relu<T extends tf.Tensor>(x: T): T {
  return node([x], {
    forward(x: tf.Tensor) {
      const value = tf.relu(x) as T;
      return { value, kept: [value] };
    },
    backward: (dy, kept: tf.Tensor[]) => execute("ReluGrad", [dy, ...kept], 1),
  });
}
