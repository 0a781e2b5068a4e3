import assert from "node:assert/strict";
import fc from "fast-check";
import type { Norm, NormMode } from "../../lib/ops/batch_norm.ts";
import { convBiasRelu, convNormNative, convNormReference } from "../../lib/ops/conv_layer.ts";
import { convNormPair } from "../../lib/ops/conv_pair.ts";
import { runKernel } from "../../lib/ops/kernels.ts";
import { randomStream, randomUniform } from "../../lib/ops/random.ts";
import { scaleAddReluNative, scaleAddReluReference } from "../../lib/ops/scale_add_relu.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { suitsWinograd } from "../../lib/ops/winograd_conv.ts";
import { assertAllClose } from "../assert_all_close.ts";
import { withKernels } from "../with_kernels.ts";

// Gradients sum over all images and pixels, up to 2,000 terms of order 1, in another order than TensorFlow's.
const SUMMED = { rtol: 1e-4, atol: 5e-4 };

let purpose = 0;

function random(shape: number[], from = -1, to = 1): tf.Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return tf.tensor(randomUniform(randomStream(9, "conv layer", purpose++), size, from, to), shape);
}

function randomNorm(channels: number): Norm {
  const variable = (from: number, to: number) => tf.variable(random([channels], from, to) as tf.Tensor1D);
  return {
    ...{ gamma: variable(0.5, 1.5), beta: variable(-1, 1) },
    ...{ mean: variable(-1, 1), variance: variable(0.5, 2) },
  } as Norm;
}

/** Value, then gradients for all inputs under a random weight of every output. */
function valueAndGradients(
  forward: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: tf.Tensor[],
  weight: tf.Tensor,
): tf.Tensor[] {
  const gradients = tf.grads((...given) => tf.sum(tf.mul(forward(...given), weight)))(inputs);
  return [forward(...inputs), ...gradients];
}

function assertSame(got: tf.Tensor[], expected: tf.Tensor[]): void {
  assert.equal(got.length, expected.length);
  got.forEach((tensor, i) =>
    assertAllClose(tensor.dataSync(), (expected[i] as tf.Tensor).dataSync(), SUMMED)
  );
}

const layers = fc.record({
  N: fc.integer({ min: 1, max: 3 }),
  size: fc.integer({ min: 3, max: 11 }),
  C: fc.integer({ min: 1, max: 19 }),
  F: fc.integer({ min: 1, max: 35 }),
  k: fc.constantFrom(1, 3, 5),
  stride: fc.constantFrom(1, 2),
  relu: fc.boolean(),
  mode: fc.constantFrom<NormMode>("train", "frozen"),
});

Deno.test("convolution, norm and ReLU as one node agree with the operations one by one", () => {
  fc.assert(
    fc.property(layers, ({ N, size, C, F, k, stride, relu, mode }) => {
      tf.tidy(() => {
        const norm = randomNorm(F);
        const inputs = [random([N, size, size, C]), random([k, k, C, F]), norm.gamma, norm.beta];
        const side = Math.ceil(size / stride);
        const weight = random([N, side, side, F]);
        const results = [convNormNative, convNormReference].map((layer) => {
          const mean = tf.variable(norm.mean.clone());
          const variance = tf.variable(norm.variance.clone());
          const result = valueAndGradients(
            (x, kernel, gamma, beta) => {
              const own = { gamma, beta, mean, variance } as Norm;
              return layer(x as tf.Tensor4D, kernel as tf.Tensor4D, own, mode, { stride, relu });
            },
            inputs,
            weight,
          );
          return [...result, mean, variance] as tf.Tensor[];
        }) as [tf.Tensor[], tf.Tensor[]];
        assertSame(...results);
      });
    }),
    { numRuns: 60, seed: 4 },
  );
});

const pairs = fc.record({
  N: fc.integer({ min: 1, max: 3 }),
  size: fc.integer({ min: 3, max: 11 }),
  C: fc.integer({ min: 1, max: 40 }),
  width: fc.integer({ min: 20, max: 40 }),
  stride: fc.constantFrom(1, 2),
  mode: fc.constantFrom<NormMode>("train", "frozen"),
});

Deno.test("two convolutions with norms as one node agree with the operations one by one", () => {
  let oneNodes = 0;
  fc.assert(
    fc.property(pairs, ({ N, size, C, width, stride, mode }) => {
      tf.tidy(() => {
        const norms = [randomNorm(width), randomNorm(width)] as [Norm, Norm];
        const kernels = [random([3, 3, C, width]), random([3, 3, width, width])];
        const inputs = [
          random([N, size, size, C]),
          ...kernels,
          ...norms.flatMap(({ gamma, beta }) => [gamma, beta]),
        ];
        const side = Math.ceil(size / stride);
        const weight = random([N, side, side, width]);
        oneNodes += Number(withKernels("native", () => suitsWinograd(kernels[1] as tf.Tensor4D, 1)));
        const results = (["native", "reference"] as const).map((which) =>
          withKernels(which, () => {
            const moving = norms.map((
              { mean, variance },
            ) => [tf.variable(mean.clone()), tf.variable(variance.clone())]);
            const result = valueAndGradients(
              (x, kernel1, kernel2, gamma1, beta1, gamma2, beta2) => {
                const normOf = (index: number, gamma: unknown, beta: unknown) => {
                  const [mean, variance] = moving[index] as tf.Variable[];
                  return { gamma, beta, mean, variance } as Norm;
                };
                const first = { kernel: kernel1 as tf.Tensor4D, norm: normOf(0, gamma1, beta1) };
                const second = { kernel: kernel2 as tf.Tensor4D, norm: normOf(1, gamma2, beta2) };
                return convNormPair(x as tf.Tensor4D, first, second, mode, stride);
              },
              inputs,
              weight,
            );
            return [...result, ...moving.flat()] as tf.Tensor[];
          })
        ) as [tf.Tensor[], tf.Tensor[]];
        assertSame(...results);
      });
    }),
    { numRuns: 25, seed: 4 },
  );
  assert.ok(oneNodes > 10);
});

Deno.test("a first layer gives no gradient to its images and the same ones to its parameters", () => {
  tf.tidy(() => {
    const norm = randomNorm(7);
    const x = random([2, 6, 6, 3]) as tf.Tensor4D;
    const weight = random([2, 6, 6, 7]);
    const inputs = [random([3, 3, 3, 7]), norm.gamma, norm.beta];
    const [first, later] = [true, false].map((first) =>
      valueAndGradients(
        (kernel, gamma, beta) =>
          convNormNative(x, kernel as tf.Tensor4D, { ...norm, gamma, beta } as Norm, "frozen", {
            relu: true,
            first,
          }),
        inputs,
        weight,
      )
    ) as [tf.Tensor[], tf.Tensor[]];
    assertSame(first, later);
  });
});

Deno.test("convolution, bias and ReLU as one node agree with the operations one by one", () => {
  fc.assert(
    fc.property(layers, fc.boolean(), ({ N, size, C, F, k }, first) => {
      tf.tidy(() => {
        const x = random([N, size, size, C]) as tf.Tensor4D;
        const inputs = [random([k, k, C, F]), random([F])];
        const weight = random([N, size, size, F]);
        const fused = valueAndGradients(
          (kernel, bias) => convBiasRelu(x, kernel as tf.Tensor4D, bias as tf.Tensor1D, first),
          inputs,
          weight,
        );
        const plain = valueAndGradients(
          (kernel, bias) => tf.relu(tf.add(tf.conv2d(x, kernel as tf.Tensor4D, 1, "same"), bias)),
          inputs,
          weight,
        );
        assertSame(fused, plain);
      });
    }),
    { numRuns: 30, seed: 5 },
  );
});

Deno.test("scaling, adding and ReLU in one pass agree with the operations one by one", () => {
  fc.assert(
    fc.property(layers, ({ N, size, F }) => {
      tf.tidy(() => {
        const image = [N, size, size, F];
        const inputs = [random(image), random([N, F]), random(image)];
        const weight = random(image);
        const results = [scaleAddReluNative, scaleAddReluReference].map((operation) =>
          valueAndGradients(
            (x, scale, shortcut) =>
              operation(x as tf.Tensor4D, scale as tf.Tensor2D, shortcut as tf.Tensor4D),
            inputs,
            weight,
          )
        ) as [tf.Tensor[], tf.Tensor[]];
        assertSame(...results);
      });
    }),
    { numRuns: 30, seed: 6 },
  );
});

Deno.test("moments are sound where the mean is large against the spread", () => {
  tf.tidy(() => {
    const x = tf.add(random([4, 9, 9, 5]), 1e3);
    const [mean, variance] = runKernel("NormMoments", [x], 2) as [tf.Tensor, tf.Tensor];
    const values = x.dataSync();
    for (let c = 0; c < 5; c++) {
      const own = Array.from(values).filter((_, i) => i % 5 === c);
      const average = own.reduce((sum, value) => sum + value, 0) / own.length;
      const spread = own.reduce((sum, value) => sum + (value - average) ** 2, 0) / own.length;
      // float32 near 1000 has steps of 6e-5.
      assertAllClose([mean.dataSync()[c] as number], [average], { rtol: 1e-7 });
      assertAllClose([variance.dataSync()[c] as number], [spread], { rtol: 1e-4 });
    }
  });
});

Deno.test("what does not fit is refused by the kernel in one sentence", () => {
  tf.tidy(() => {
    const x = random([2, 3, 3, 4]);
    const [four, five] = [random([4]), random([5])];
    const settings = { epsilon: 1e-5, relu: true };
    assert.throws(() => runKernel("Norm", [x, four, four, four, five], 1, settings), /beta has shape \[5\]/);
    assert.throws(
      () => runKernel("Norm", [x, four, four, four, four], 1, { ...settings, epsilon: 0 }),
      /epsilon is 0/,
    );
    assert.throws(() => runKernel("NormMoments", [tf.scalar(1)], 2), /x has shape \[\]/);
    assert.throws(
      () => runKernel("ScaleAddRelu", [x, random([2, 5]), x], 1),
      /the scale has shape \[2, 5\]/,
    );
  });
});
