import { runKernel, usesNativeKernels } from "./kernels.ts";
import { tf } from "./tensorflow.ts";

/** relu(x * scale + shortcut): the end of a squeeze-and-excitation block. x, shortcut [N, H, W, C], scale [N, C]. */
export function scaleAddRelu(x: tf.Tensor4D, scale: tf.Tensor2D, shortcut: tf.Tensor4D): tf.Tensor4D {
  return (usesNativeKernels() ? scaleAddReluNative : scaleAddReluReference)(x, scale, shortcut);
}

/** The same in TensorFlow.js. */
export function scaleAddReluReference(
  x: tf.Tensor4D,
  scale: tf.Tensor2D,
  shortcut: tf.Tensor4D,
): tf.Tensor4D {
  const [N, C] = scale.shape;
  return tf.relu(tf.add(tf.mul(x, tf.reshape(scale, [N, 1, 1, C])), shortcut) as tf.Tensor4D);
}

/** The same in one pass each way; x and the result are kept. */
export function scaleAddReluNative(
  x: tf.Tensor4D,
  scale: tf.Tensor2D,
  shortcut: tf.Tensor4D,
): tf.Tensor4D {
  const operation = tf.customGrad<tf.Tensor4D>((...inputs) => {
    const [x, scale, shortcut, save] = inputs as [
      tf.Tensor4D,
      tf.Tensor2D,
      tf.Tensor4D,
      (kept: tf.Tensor[]) => void,
    ];
    const [y] = runKernel("ScaleAddRelu", [x, scale, shortcut], 1) as [tf.Tensor4D];
    save([y, x, scale]);
    const gradFunc = (dy: tf.Tensor4D, kept: tf.Tensor[]) => {
      const gradients = runKernel("ScaleAddReluGradient", [dy, ...kept], 3);
      tf.dispose([dy, y, ...kept]); // a tape is walked once, from the end
      return gradients;
    };
    return { value: y, gradFunc };
  });
  return operation(x, scale, shortcut);
}
