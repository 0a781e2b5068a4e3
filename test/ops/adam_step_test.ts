import assert from "node:assert/strict";
import {
  type AdamOptions,
  adamStepNative,
  adamStepReference,
  type AdamUpdate,
} from "../../lib/ops/adam_step.ts";
import { randomStream, randomUniform } from "../../lib/ops/random.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { assertAllClose } from "../assert_all_close.ts";

const OPTIONS = { beta1: 0.8, beta2: 0.99, epsilon: 1e-8, weightDecay: 1e-3 };
const SHAPES = [[3], [5, 7], [40_000]];

function uniform(purpose: string, index: number, shape: number[]): tf.Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return tf.tensor(randomUniform(randomStream(3, purpose, index), size, -1, 1), shape);
}

function start(): Omit<AdamUpdate, "gradient">[] {
  return SHAPES.map((shape, index) => ({
    value: tf.variable(uniform("value", index, shape)),
    first: tf.variable(tf.zeros(shape)),
    second: tf.variable(tf.zeros(shape)),
    decays: index !== 1,
  }));
}

function checkSteps(options: AdamOptions): void {
  tf.tidy(() => {
    const [native, reference] = [start(), start()];
    for (let k = 1; k <= 200; k++) {
      tf.tidy(() => {
        const gradients = SHAPES.map((shape, index) => uniform(`gradient ${k}`, index, shape));
        const update = (variables: typeof native) =>
          variables.map((variable, index) => ({ ...variable, gradient: gradients[index] as tf.Tensor }));
        adamStepNative(update(native), options, { learningRate: 1e-2, gradientScale: 0.5, k });
        adamStepReference(update(reference), options, { learningRate: 1e-2, gradientScale: 0.5, k });
      });
    }
    native.forEach((update, index) => {
      for (const name of ["value", "first", "second"] as const) {
        // Rounding of a fused and an unfused multiply-add, carried over 200 steps.
        const tolerance = { rtol: 1e-5, atol: 1e-6 };
        assertAllClose(update[name].dataSync(), (reference[index] as AdamUpdate)[name].dataSync(), tolerance);
      }
    });
  });
}

Deno.test("200 steps of Adam in one native call each equal those in TensorFlow.js", () => {
  checkSteps(OPTIONS);
  checkSteps({ ...OPTIONS, decoupled: true });
});

Deno.test("a gradient of another shape is refused in one sentence", () => {
  tf.tidy(() => {
    const updates = start().map((variables) => ({ ...variables, gradient: tf.zeros([2]) }));
    assert.throws(
      () => adamStepNative(updates, OPTIONS, { learningRate: 1e-2, gradientScale: 1, k: 1 }),
      /a gradient has shape \[2\], but \[3\] is needed/,
    );
  });
});
