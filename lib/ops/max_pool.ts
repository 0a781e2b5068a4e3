import { runKernel, usesNativeKernels } from "./kernels.ts";
import { node } from "./node.ts";
import { integer, tf } from "./tensorflow.ts";

/** Max pooling of [N, H, W, C], window = stride = size; an odd last row or column is dropped. */
export function maxPool(x: tf.Tensor4D, size: number): tf.Tensor4D {
  return usesNativeKernels() ? maxPoolNative(x, size) : maxPoolReference(x, size);
}

/** The same in TensorFlow.js. */
export function maxPoolReference(x: tf.Tensor4D, size: number): tf.Tensor4D {
  return tf.maxPool(x, size, size, "valid");
}

/** The same with our gradient, several times as fast; like TensorFlow's it goes to the first of the largest entries. */
export function maxPoolNative(x: tf.Tensor4D, size: number): tf.Tensor4D {
  return node([x], {
    forward: (x) => ({ value: maxPoolReference(x, size), kept: [x] }),
    backward: (dy, kept: [tf.Tensor4D]) =>
      runKernel("MaxPoolGradient", [...kept, dy], 1, { size: integer(size) }),
  });
}
