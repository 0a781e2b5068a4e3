import assert from "node:assert/strict";
import { adamStepNative } from "../../lib/ops/adam_step.ts";
import { moveStatistics, moveStatisticsOverTime } from "../../lib/ops/batch_norm.ts";
import { tf } from "../../lib/ops/tensorflow.ts";

/** Below 2^-126, the smallest normal float32. */
const TINY = 1e-40;

Deno.test("numbers below the smallest normal one are zero in TensorFlow and in our kernels, whichever thread computes", () => {
  tf.tidy(() => {
    assert.deepEqual(new Set(tf.mul(tf.fill([1 << 20], TINY), 1.5).dataSync()), new Set([0]));
    const size = 1 << 20; // many tasks, so that every thread takes some
    const first = tf.variable(tf.fill([size], TINY), false);
    const [value, second] = [tf.variable(tf.zeros([size]), false), tf.variable(tf.ones([size]), false)];
    const options = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0 };
    const step = { learningRate: 0, gradientScale: 1, k: 1 };
    adamStepNative([{ value, gradient: tf.zeros([size]), first, second, decays: false }], options, step);
    assert.deepEqual(new Set(first.dataSync()), new Set([0]));
    tf.dispose([first, value, second]);
  });
});

Deno.test("statistics that move over all steps at once have the bits of those that move step by step, down to zero", () => {
  tf.tidy(() => {
    const make = () => ({
      mean: tf.variable(tf.tensor1d([0.3, -2, 2e-38]), false),
      variance: tf.variable(tf.tensor1d([1, 0.25, 3e-38]), false),
    });
    const steps = 40;
    const mean = tf.randomUniform([steps, 3], -1, 1, "float32", 7).mul(tf.tensor1d([1, 1, 0])) as tf.Tensor2D;
    const variance = tf.randomUniform([steps, 3], 0, 1, "float32", 8).mul(
      tf.tensor1d([1, 1, 0]),
    ) as tf.Tensor2D;
    const [together, apart] = [make(), make()];
    moveStatisticsOverTime(together, { mean, variance }, 9);
    for (let t = 0; t < steps; t++) {
      moveStatistics(apart, tf.gather(mean, t), tf.mul(tf.gather(variance, t), 9 / 8));
    }
    for (const name of ["mean", "variance"] as const) {
      assert.deepEqual(together[name].dataSync(), apart[name].dataSync());
      assert.equal(together[name].dataSync()[2], 0);
    }
    tf.dispose([...Object.values(together), ...Object.values(apart)]);
  });
});
