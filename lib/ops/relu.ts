import { execute, tf } from "./tensorflow.ts";

/** max(0, x), whose gradient is one operation; TensorFlow.js's takes seven. */
export function relu<T extends tf.Tensor>(x: T): T {
  const operation = tf.customGrad<T>((...inputs) => {
    const [input, save] = inputs as [tf.Tensor, (kept: tf.Tensor[]) => void];
    const y = tf.relu(input) as T;
    save([y]);
    return {
      value: y,
      gradFunc: (dy, [kept]) => execute("ReluGrad", [dy, kept as tf.Tensor], 1)[0] as tf.Tensor,
    };
  });
  return operation(x);
}
