import { runKernel, usesNativeKernels } from "./kernels.ts";
import { integer, tf } from "./tensorflow.ts";

export interface SgdOptions {
  momentum: number;
  /** L2 decay: added to the gradient as weightDecay * parameter, for every parameter. */
  weightDecay: number;
}

/** A parameter, its gradient and its velocity; all of one shape. */
export interface SgdUpdate {
  value: tf.Variable;
  gradient: tf.Tensor;
  velocity: tf.Variable;
}

/**
 * One step of stochastic gradient descent with momentum over all parameters, gradients times `gradientScale`. The native
 * kernel changes the variables in place: whoever holds a tensor that shares a variable's memory sees the new values.
 */
export function sgdStep(
  updates: SgdUpdate[],
  options: SgdOptions,
  learningRate: number,
  gradientScale = 1,
): void {
  if (usesNativeKernels()) sgdStepNative(updates, options, learningRate, gradientScale);
  else sgdStepReference(updates, options, learningRate, gradientScale);
}

/** The step in one native call. */
export function sgdStepNative(
  updates: SgdUpdate[],
  { momentum, weightDecay }: SgdOptions,
  learningRate: number,
  gradientScale = 1,
): void {
  tf.tidy(() => {
    const inputs = [
      tf.tensor1d([learningRate, gradientScale]),
      tf.ones([updates.length], "int32"),
      ...updates.map(({ value }) => value),
      ...updates.map(({ gradient }) => gradient),
      ...updates.map(({ velocity }) => velocity),
    ];
    runKernel("SgdStep", inputs, 1, { N: integer(updates.length), momentum, weight_decay: weightDecay });
  });
}

/** The step in TensorFlow.js. */
export function sgdStepReference(
  updates: SgdUpdate[],
  { momentum, weightDecay }: SgdOptions,
  learningRate: number,
  gradientScale = 1,
): void {
  for (const { value, gradient, velocity } of updates) {
    tf.tidy(() => {
      const g = tf.add(tf.mul(gradient, gradientScale), tf.mul(value, weightDecay));
      velocity.assign(tf.add(tf.mul(velocity, momentum), g));
      value.assign(tf.sub(value, tf.mul(velocity, learningRate)));
    });
  }
}
