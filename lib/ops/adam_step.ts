import { runKernel, usesNativeKernels } from "./kernels.ts";
import { integer, tf } from "./tensorflow.ts";

export interface AdamOptions {
  beta1: number;
  beta2: number;
  epsilon: number;
  /** L2 decay: added to the gradient as weightDecay * parameter, for every parameter. */
  weightDecay: number;
}

/** A parameter, its gradient and the running means of gradient and squared gradient; all of one shape. */
export interface AdamUpdate {
  value: tf.Variable;
  gradient: tf.Tensor;
  first: tf.Variable;
  second: tf.Variable;
}

/**
 * Step number `k` (from 1) of Adam over all parameters. The native kernel changes the variables in place: whoever
 * holds a tensor that shares a variable's memory (`tf.clone` does) sees the new values in it.
 */
export function adamStep(updates: AdamUpdate[], options: AdamOptions, learningRate: number, k: number): void {
  if (usesNativeKernels()) adamStepNative(updates, options, learningRate, k);
  else adamStepReference(updates, options, learningRate, k);
}

/** Adam in one native call. */
export function adamStepNative(
  updates: AdamUpdate[],
  { beta1, beta2, epsilon, weightDecay }: AdamOptions,
  learningRate: number,
  k: number,
): void {
  tf.tidy(() => {
    const { scale, spread } = corrections(beta1, beta2, learningRate, k);
    runKernel(
      "AdamStep",
      [
        tf.tensor1d([learningRate, 1, scale, spread]),
        tf.ones([updates.length], "int32"),
        ...updates.map(({ value }) => value),
        ...updates.map(({ gradient }) => gradient),
        ...updates.map(({ first }) => first),
        ...updates.map(({ second }) => second),
      ],
      1,
      { N: integer(updates.length), beta1, beta2, epsilon, weight_decay: weightDecay, decoupled: false },
    );
  });
}

/** Adam in TensorFlow.js. */
export function adamStepReference(
  updates: AdamUpdate[],
  { beta1, beta2, epsilon, weightDecay }: AdamOptions,
  learningRate: number,
  k: number,
): void {
  const { scale, spread } = corrections(beta1, beta2, learningRate, k);
  for (const { value, gradient, first, second } of updates) {
    tf.tidy(() => {
      const g = tf.add(gradient, tf.mul(value, weightDecay));
      first.assign(tf.add(tf.mul(first, beta1), tf.mul(g, 1 - beta1)));
      second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(g), 1 - beta2)));
      const deviation = tf.add(tf.mul(tf.sqrt(second), spread), epsilon);
      value.assign(tf.sub(value, tf.div(tf.mul(first, scale), deviation)));
    });
  }
}

/** Corrections for the means' start at zero. */
function corrections(beta1: number, beta2: number, learningRate: number, k: number) {
  return { scale: learningRate / (1 - beta1 ** k), spread: 1 / Math.sqrt(1 - beta2 ** k) };
}
