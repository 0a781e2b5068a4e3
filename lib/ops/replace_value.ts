import { tf } from "./tensorflow.ts";

/**
 * Proxy learning's coupling: the result has the value of `value`, but gradients flow to `graph` unchanged.
 * Both have the same shape. Source: PL section on learning; released code, `output_ann.data = output_snn.data`.
 */
export function replaceValue<T extends tf.Tensor>(graph: T, value: T): T {
  const replace = tf.customGrad<T>(() => ({
    value: tf.clone(value),
    gradFunc: (gradient) => gradient,
  }));
  return replace(graph);
}
