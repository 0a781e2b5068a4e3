import assert from "node:assert/strict";
import { assertAllClose } from "../assert_all_close.ts";
import { batchNormFrozen, batchNormTrain, type NormStatistics } from "../../lib/ops/batch_norm.ts";
import { randomStream, randomUniform } from "../../lib/ops/random.ts";
import { tf } from "../../lib/ops/tensorflow.ts";

const SHAPE: [number, number, number, number] = [3, 4, 5, 2];

function values(purpose: string, count: number, from = -1, to = 1): Float32Array {
  return randomUniform(randomStream(11, purpose), count, from, to);
}

function statistics(): NormStatistics {
  return {
    mean: tf.variable(tf.tensor1d([0.3, -0.2]), false),
    variance: tf.variable(tf.tensor1d([0.8, 1.7]), false),
  };
}

Deno.test("the fused batch norm equals the composed one, and its running variance is unbiased", () => {
  tf.tidy(() => {
    const x = tf.tensor4d(values("x", 120), SHAPE);
    const norm = { gamma: tf.tensor1d([0.7, 1.2]), beta: tf.tensor1d([0.1, -0.3]) };
    const running = statistics();
    const fused = batchNormTrain(x, norm, running);
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    const composed = x.sub(mean).div(variance.add(1e-5).sqrt()).mul(norm.gamma).add(norm.beta);
    assertAllClose(fused.dataSync(), composed.dataSync(), { rtol: 1e-5, atol: 1e-6 }); // sums in another order
    assertAllClose(running.mean.dataSync(), tf.tensor1d([0.27, -0.18]).add(mean.mul(0.1)).dataSync(), {
      rtol: 1e-5,
    });
    const unbiased = variance.mul(60 / 59).mul(0.1);
    assertAllClose(running.variance.dataSync(), tf.tensor1d([0.72, 1.53]).add(unbiased).dataSync(), {
      rtol: 1e-5,
    });
  });
});

Deno.test("features without rows and columns are normed as images of one pixel", () => {
  tf.tidy(() => {
    const norm = { gamma: tf.tensor1d([0.7, 1.2]), beta: tf.tensor1d([0.1, -0.3]) };
    const normed = (shape: number[]) => {
      const running = statistics();
      const y = batchNormTrain(tf.tensor(values("x", 12), shape), norm, running);
      return [y, running.mean, running.variance].map((one) => Array.from(one.dataSync()));
    };
    assert.deepEqual(normed([6, 2]), normed([6, 1, 1, 2]));
  });
});

for (const mode of ["train", "frozen"] as const) {
  Deno.test(`central differences agree with the gradients of batch norm (${mode})`, () => {
    const weights = values("weights", 120);
    const start = { x: values("x", 120), gamma: values("gamma", 2, 0.5, 1.5), beta: values("beta", 2) };
    const loss = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) => {
      const norm = { gamma: gamma as tf.Tensor1D, beta: beta as tf.Tensor1D };
      const apply = mode === "train" ? batchNormTrain : batchNormFrozen;
      return apply(x as tf.Tensor4D, norm, statistics()).mul(tf.tensor4d(weights, SHAPE)).sum() as tf.Scalar;
    };
    const tensors =
      (): tf.Tensor[] => [tf.tensor4d(start.x, SHAPE), tf.tensor1d(start.gamma), tf.tensor1d(start.beta)];
    tf.tidy(() => {
      const gradients = tf.grads((x, gamma, beta) =>
        loss(x as tf.Tensor, gamma as tf.Tensor, beta as tf.Tensor)
      )(tensors());
      (["x", "gamma", "beta"] as const).forEach((name, which) => {
        const numeric = Array.from(start[name].slice(0, 8), (_, index) => {
          const moved = (by: number) => {
            const parts = tensors();
            const array = start[name].slice();
            array[index] = (array[index] as number) + by;
            parts[which] = tf.tensor(array, parts[which]?.shape as number[]);
            return loss(parts[0] as tf.Tensor, parts[1] as tf.Tensor, parts[2] as tf.Tensor)
              .dataSync()[0] as number;
          };
          return (moved(1e-2) - moved(-1e-2)) / 2e-2;
        });
        // float32 sums of 120 terms over a step of 1e-2: about 1e-4 of noise
        assertAllClose((gradients[which] as tf.Tensor).dataSync().slice(0, 8), numeric, {
          rtol: 2e-3,
          atol: 1e-3,
        });
      });
    });
  });
}
