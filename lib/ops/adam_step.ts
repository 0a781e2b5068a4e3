import { runKernel, usesNativeKernels } from "./kernels.ts";
import { integer, tf } from "./tensorflow.ts";

export interface AdamOptions {
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  /** Decay shrinks the parameter (AdamW) instead of entering the gradient as weightDecay * parameter (L2). */
  decoupled?: boolean;
}

/** What changes from step to step. */
export interface StepSettings {
  learningRate: number;
  /** Gradients are multiplied with it. */
  gradientScale: number;
  /** Number of the step, from 1. */
  k: number;
}

/** A parameter, its gradient and the running means of gradient and squared gradient; all of one shape. */
export interface AdamUpdate {
  value: tf.Variable;
  gradient: tf.Tensor;
  first: tf.Variable;
  second: tf.Variable;
  /** Whether weight decay applies. */
  decays: boolean;
}

/**
 * One step of Adam over all parameters. The native kernel changes the variables in place: whoever
 * holds a tensor that shares a variable's memory (`tf.clone` does) sees the new values in it.
 */
export function adamStep(updates: AdamUpdate[], options: AdamOptions, settings: StepSettings): void {
  if (usesNativeKernels()) adamStepNative(updates, options, settings);
  else adamStepReference(updates, options, settings);
}

/** Adam in one native call. */
export function adamStepNative(
  updates: AdamUpdate[],
  { beta1, beta2, epsilon, weightDecay, decoupled = false }: AdamOptions,
  { learningRate, gradientScale, k }: StepSettings,
): void {
  tf.tidy(() => {
    const { scale, spread } = corrections(beta1, beta2, learningRate, k);
    runKernel(
      "AdamStep",
      [
        tf.tensor1d([learningRate, gradientScale, scale, spread]),
        tf.tensor1d(updates.map(({ decays }) => Number(decays)), "int32"),
        ...updates.map(({ value }) => value),
        ...updates.map(({ gradient }) => gradient),
        ...updates.map(({ first }) => first),
        ...updates.map(({ second }) => second),
      ],
      1,
      { N: integer(updates.length), beta1, beta2, epsilon, weight_decay: weightDecay, decoupled },
    );
  });
}

/** Adam in TensorFlow.js. */
export function adamStepReference(
  updates: AdamUpdate[],
  { beta1, beta2, epsilon, weightDecay, decoupled = false }: AdamOptions,
  { learningRate, gradientScale, k }: StepSettings,
): void {
  const { scale, spread } = corrections(beta1, beta2, learningRate, k);
  for (const { value, gradient, first, second, decays } of updates) {
    const decay = decays ? weightDecay : 0;
    tf.tidy(() => {
      const g = tf.add(tf.mul(gradient, gradientScale), tf.mul(value, decoupled ? 0 : decay));
      first.assign(tf.add(tf.mul(first, beta1), tf.mul(g, 1 - beta1)));
      second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(g), 1 - beta2)));
      const deviation = tf.add(tf.mul(tf.sqrt(second), spread), epsilon);
      const kept = decoupled ? tf.mul(value, 1 - learningRate * decay) : value;
      value.assign(tf.sub(kept, tf.div(tf.mul(first, scale), deviation)));
    });
  }
}

/** Corrections for the means' start at zero. */
function corrections(beta1: number, beta2: number, learningRate: number, k: number) {
  return { scale: learningRate / (1 - beta1 ** k), spread: 1 / Math.sqrt(1 - beta2 ** k) };
}
