import { runKernel, usesNativeKernels } from "./kernels.ts";
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
  const operation = tf.customGrad<tf.Tensor4D>((...inputs) => {
    const [x, save] = inputs as [tf.Tensor4D, (kept: tf.Tensor[]) => void];
    const y = maxPoolReference(x, size);
    save([x]);
    const gradFunc = (dy: tf.Tensor4D, kept: tf.Tensor[]) => {
      const [dx] = runKernel("MaxPoolGradient", [...kept, dy], 1, { size: integer(size) }) as [tf.Tensor4D];
      tf.dispose([dy, y, ...kept]); // a tape is walked once, from the end
      return dx;
    };
    return { value: y, gradFunc };
  });
  return operation(x);
}
