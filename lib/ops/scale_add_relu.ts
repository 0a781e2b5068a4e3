import { runKernel, usesNativeKernels } from "./kernels.ts";
import { node } from "./node.ts";
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
  return node([x, scale, shortcut], {
    forward(x, scale, shortcut) {
      const [value] = runKernel("ScaleAddRelu", [x, scale, shortcut], 1) as [tf.Tensor4D];
      return { value, kept: [value, x, scale] };
    },
    backward: (dy, kept: tf.Tensor[]) => runKernel("ScaleAddReluGradient", [dy, ...kept], 3),
  });
}
