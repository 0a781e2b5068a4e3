import assert from "node:assert/strict";
import fc from "fast-check";
import type { Norm, NormMode } from "../../lib/ops/batch_norm.ts";
import { biasGeluNormNative, biasGeluNormReference } from "../../lib/ops/bias_gelu_norm.ts";
import { depthwiseConvNative, depthwiseConvReference } from "../../lib/ops/depthwise_conv.ts";
import { runKernel } from "../../lib/ops/kernels.ts";
import { type ConvWeights, depthwiseLayer, pointwiseLayer } from "../../lib/ops/mixer_layer.ts";
import { pointwiseConv } from "../../lib/ops/pointwise_conv.ts";
import { randomStream, randomUniform } from "../../lib/ops/random.ts";
import { integer, tf } from "../../lib/ops/tensorflow.ts";
import { assertAllClose } from "../assert_all_close.ts";
import { withKernels } from "../with_kernels.ts";

// A gradient for the filter or the norm sums over all images and pixels, up to 3,000 terms of order 1.
const SUMMED = { rtol: 1e-4, atol: 5e-4 };

function assertSame(got: tf.Tensor[], expected: tf.Tensor[]): void {
  assert.equal(got.length, expected.length);
  got.forEach((tensor, i) =>
    assertAllClose(tensor.dataSync(), (expected[i] as tf.Tensor).dataSync(), SUMMED)
  );
}

let purpose = 0;

function random(shape: number[], from = -1, to = 1): tf.Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return tf.tensor(randomUniform(randomStream(7, "mixer", purpose++), size, from, to), shape);
}

function norm(channels: number): Norm {
  const variable = (from: number, to: number) => tf.variable(random([channels], from, to) as tf.Tensor1D);
  return {
    gamma: variable(0.5, 1.5),
    beta: variable(-1, 1),
    mean: variable(-1, 1),
    variance: variable(0.5, 2),
  } as Norm;
}

/** The same values in variables of their own: training mode moves the running statistics. */
function copy({ gamma, beta, mean, variance }: Norm): Norm {
  const variable = (value: tf.Tensor1D) => tf.variable(value.clone());
  return { gamma, beta, mean: variable(mean), variance: variable(variance) } as Norm;
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

const shapes = fc.record({
  N: fc.integer({ min: 1, max: 3 }),
  H: fc.integer({ min: 1, max: 13 }),
  W: fc.integer({ min: 1, max: 13 }),
  C: fc.integer({ min: 1, max: 37 }),
});

Deno.test("a native depthwise convolution and its gradients are TensorFlow's, for filters of 1 to 15", () => {
  fc.assert(
    fc.property(shapes, fc.integer({ min: 0, max: 7 }), ({ N, H, W, C }, half) => {
      const k = 2 * half + 1;
      tf.tidy(() => {
        const inputs = [random([N, H, W, C]), random([k, k, C, 1])];
        const weight = random([N, H, W, C]);
        const [native, reference] = [depthwiseConvNative, depthwiseConvReference].map((convolve) =>
          valueAndGradients((x, kernel) => convolve(x as tf.Tensor4D, kernel as tf.Tensor4D), inputs, weight)
        ) as [tf.Tensor[], tf.Tensor[]];
        assertSame(native, reference);
      });
    }),
    { numRuns: 40, seed: 1 },
  );
});

Deno.test("bias, GELU and norm in one agree with TensorFlow.js, statistics included", () => {
  fc.assert(
    fc.property(
      shapes,
      fc.constantFrom<NormMode>("train", "frozen"),
      fc.boolean(),
      ({ N, H, W, C }, mode, residual) => {
        fc.pre(mode === "frozen" || N * H * W > 1);
        tf.tidy(() => {
          const given = norm(C);
          const inputs = [
            random([N, H, W, C], -4, 4),
            random([C]),
            ...(residual ? [random([N, H, W, C])] : []),
          ];
          const weight = random([N, H, W, C]);
          const [native, reference] = [biasGeluNormNative, biasGeluNormReference].map((layer) => {
            const own = copy(given);
            const result = valueAndGradients(
              (x, bias, rest) => layer(x as tf.Tensor4D, bias as tf.Tensor1D, own, mode, rest as tf.Tensor4D),
              inputs,
              weight,
            );
            return [...result, own.mean, own.variance] as tf.Tensor[];
          }) as [tf.Tensor[], tf.Tensor[]];
          assertSame(native, reference);
        });
      },
    ),
    { numRuns: 40, seed: 2 },
  );
});

const LAYERS = [
  { name: "depthwise", layer: depthwiseLayer, kernel: (C: number) => [5, 5, C, 1], residual: true },
  { name: "pointwise", layer: pointwiseLayer, kernel: (C: number) => [1, 1, C, C], residual: false },
];

for (const { name, layer, kernel, residual } of LAYERS) {
  for (const mode of ["train", "frozen"] as const) {
    Deno.test(`a ${name} layer as one node is its operations one by one (${mode})`, () => {
      fc.assert(
        fc.property(shapes, ({ N, H, W, C }) => {
          fc.pre(mode === "frozen" || N * H * W > 1);
          tf.tidy(() => {
            const given = norm(C);
            const inputs = [random([N, H, W, C]), random(kernel(C), -0.3, 0.3), random([C])];
            const weight = random([N, H, W, C]);
            const fused = copy(given);
            const got = valueAndGradients(
              (x, k, bias) => layer(x as tf.Tensor4D, { kernel: k, bias } as ConvWeights, fused, mode),
              inputs,
              weight,
            );
            const apart = copy(given);
            const expected = valueAndGradients(
              (x, k, bias) => {
                const image = x as tf.Tensor4D;
                const convolved = residual
                  ? depthwiseConvReference(image, k as tf.Tensor4D)
                  : pointwiseConv(image, k as tf.Tensor4D);
                const added = residual ? image : undefined;
                return biasGeluNormReference(convolved, bias as tf.Tensor1D, apart, mode, added);
              },
              inputs,
              weight,
            );
            assertSame(got, expected);
            assertSame([fused.mean, fused.variance], [apart.mean, apart.variance]);
          });
        }),
        { numRuns: 20, seed: 3 },
      );
    });
  }
}

Deno.test("each layer keeps two images for its gradients, and none is left afterwards", () => {
  const [N, H, W, C] = [2, 16, 16, 16];
  const image = N * H * W * C * 4;
  const weights = { kernel: tf.variable(random([5, 5, C, 1])), bias: tf.variable(random([C])) };
  const given = norm(C);
  const bytesOf = (layers: number): number => {
    let during = 0;
    const before = tf.memory();
    tf.tidy(() => {
      const first = random([N, H, W, C]);
      tf.variableGrads(() => {
        let x = tf.add(first, 0) as tf.Tensor4D;
        const start = tf.memory().numBytes;
        for (let i = 0; i < layers; i++) {
          x = depthwiseLayer(x, weights as unknown as ConvWeights, given, "train");
        }
        during = tf.memory().numBytes - start;
        return tf.sum(x) as tf.Scalar;
      });
    });
    assert.equal(tf.memory().numBytes, before.numBytes);
    return during;
  };
  // The convolution and the output, which is the next layer's input. TensorFlow.js counts that a second time as what the
  // next layer saves, though both are the same memory. Statistics are small.
  const each = withKernels("native", () => bytesOf(5) - bytesOf(1)) / 4;
  assert.ok(each >= 3 * image && each < 3.1 * image, `${each} bytes a layer for images of ${image}`);
});

Deno.test("what does not fit is refused by the kernel in one sentence", () => {
  tf.tidy(() => {
    const x = random([1, 4, 4, 3]);
    const attributes = { R: integer(0), flipped: false };
    const run = (inputs: tf.Tensor[]) => () => runKernel("DepthwiseConv", inputs, 1, attributes);
    assert.throws(run([x, random([3, 3, 4, 1])]), /DepthwiseConv/);
    assert.throws(run([x, random([4, 4, 3, 1])]), /DepthwiseConv/);
    assert.throws(run([random([4, 4, 3]), random([3, 3, 3, 1])]), /DepthwiseConv/);
    assert.throws(run([x, random([17, 17, 3, 1])]), /DepthwiseConv/);
    assert.throws(run([tf.cast(x, "int32"), random([3, 3, 3, 1])]), /int32|float/);
    const moments = (inputs: tf.Tensor[]) => () => runKernel("BiasGeluMoments", inputs, 2);
    assert.throws(moments([x, random([4])]), /BiasGeluMoments/);
  });
});
