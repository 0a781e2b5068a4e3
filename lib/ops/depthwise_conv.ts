import { runKernel, usesNativeKernels } from "./kernels.ts";
import { node } from "./node.ts";
import { integer, tf } from "./tensorflow.ts";

/** The side of the widest filter that the native kernel holds in registers; wider ones are left to TensorFlow. */
export const WIDEST = 15;

/**
 * Depthwise convolution, stride 1, (k - 1) / 2 zeros on every side, k odd: every channel with its own filter.
 * x [N, H, W, C], kernel [k, k, C, 1] -> [N, H, W, C].
 */
export function depthwiseConv(x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  const native = usesNativeKernels() && kernel.shape[0] <= WIDEST;
  return native ? depthwiseConvNative(x, kernel) : depthwiseConvReference(x, kernel);
}

/** The same with the filter as other convolutions have it, [k, k, 1, C], plus a bias [C] where there is one. */
export function channelwiseConv(x: tf.Tensor4D, filter: tf.Tensor4D, bias?: tf.Tensor1D): tf.Tensor4D {
  const [side, , , channels] = filter.shape;
  const y = depthwiseConv(x, tf.reshape(filter, [side, side, channels, 1]));
  return bias === undefined ? y : tf.add(y, bias);
}

/** The same in TensorFlow.js. */
export function depthwiseConvReference(x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  return tf.depthwiseConv2d(x, kernel, 1, "same");
}

/** The same by our kernels, k at most 15. */
export function depthwiseConvNative(x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  return node([x, kernel], {
    forward: (x, kernel) => ({ value: convolveDepthwise(x, kernel), kept: [x, kernel] }),
    backward: (dy, [x, kernel]: [tf.Tensor4D, tf.Tensor4D]) => [
      depthwiseInputGradient(dy, kernel),
      depthwiseFilterGradient(x, dy, kernel.shape[0]),
    ],
  });
}

/** The convolution without its gradients. */
export function convolveDepthwise(x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  const attributes = { R: integer(0), flipped: false };
  return runKernel("DepthwiseConv", [x, kernel], 1, attributes)[0] as tf.Tensor4D;
}

/** Gradient for x: the convolution of dy [N, H, W, C] with the filter turned by half a turn; plus `addend` where given. */
export function depthwiseInputGradient(
  dy: tf.Tensor4D,
  kernel: tf.Tensor4D,
  ...addend: tf.Tensor4D[]
): tf.Tensor4D {
  const attributes = { R: integer(addend.length), flipped: true };
  return runKernel("DepthwiseConv", [dy, kernel, ...addend], 1, attributes)[0] as tf.Tensor4D;
}

/** Gradient for the filter, [k, k, C, 1]. */
export function depthwiseFilterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, k: number): tf.Tensor4D {
  return runKernel("DepthwiseFilterGradient", [x, dy], 1, { kernel: integer(k) })[0] as tf.Tensor4D;
}
