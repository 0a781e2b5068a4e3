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
export function adamStepNative(updates: AdamUpdate[], options: AdamOptions, settings: StepSettings): void {
  tf.tidy(() => {
    runKernel(
      "AdamStep",
      [
        tf.tensor1d(Object.values(constants(options, settings))),
        tf.tensor1d(updates.map(({ decays }) => Number(decays)), "int32"),
        ...updates.map(({ value }) => value),
        ...updates.map(({ gradient }) => gradient),
        ...updates.map(({ first }) => first),
        ...updates.map(({ second }) => second),
      ],
      1,
      { N: integer(updates.length) },
    );
  });
}

/** Adam in TensorFlow.js. */
export function adamStepReference(updates: AdamUpdate[], options: AdamOptions, settings: StepSettings): void {
  const { gradientScale, beta1, gain1, beta2, gain2, scale, spread, epsilon, l2, keep } = constants(
    options,
    settings,
  );
  for (const { value, gradient, first, second, decays } of updates) {
    tf.tidy(() => {
      const g = tf.add(tf.mul(gradient, gradientScale), tf.mul(value, decays ? l2 : 0));
      first.assign(tf.add(tf.mul(first, beta1), tf.mul(g, gain1)));
      second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(g), gain2)));
      const deviation = tf.add(tf.mul(tf.sqrt(second), spread), epsilon);
      const kept = tf.mul(value, decays ? keep : 1);
      value.assign(tf.sub(kept, tf.div(tf.mul(first, scale), deviation)));
    });
  }
}

/**
 * All that a step multiplies with, in the order in which the native kernel takes it. Computed in double precision: what
 * is formed from constants that were rounded to float32 is off by much more than a rounding (1 - 0.999 by 1e-5).
 */
function constants(
  { beta1, beta2, epsilon, weightDecay, decoupled = false }: AdamOptions,
  { learningRate, gradientScale, k }: StepSettings,
) {
  return {
    gradientScale,
    beta1,
    gain1: 1 - beta1,
    beta2,
    gain2: 1 - beta2,
    // Corrections for the means' start at zero.
    scale: learningRate / (1 - beta1 ** k),
    spread: 1 / Math.sqrt(1 - beta2 ** k),
    epsilon,
    l2: decoupled ? 0 : weightDecay,
    keep: decoupled ? 1 - learningRate * weightDecay : 1,
  };
}
