import assert from "node:assert/strict";
import fc from "fast-check";
import { convInputGradient, convKernelGradient } from "../../lib/ops/padded_conv.ts";
import { randomStream, randomUniform } from "../../lib/ops/random.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import {
  suitsWinograd,
  winogradConv,
  winogradInputGradient,
  winogradKernelGradient,
} from "../../lib/ops/winograd_conv.ts";
import { assertAllClose } from "../assert_all_close.ts";
import { withKernels } from "../with_kernels.ts";

// Sums of up to 600 terms of order 1, and up to 1,500 for the kernel; taking tiles to their points and back multiplies
// rounding errors by about ten, at the worst of many entries by a hundred; a wrong term would be of order 1.
const CLOSE = { rtol: 1e-4, atol: 1e-3 };

let purpose = 0;

function random<Rank extends tf.Tensor>(shape: number[]): Rank {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return tf.tensor(randomUniform(randomStream(31, "winograd", purpose++), size, -1, 1), shape) as Rank;
}

const sizes = fc.record({
  N: fc.integer({ min: 1, max: 4 }),
  H: fc.integer({ min: 1, max: 19 }),
  W: fc.integer({ min: 1, max: 19 }),
  C: fc.integer({ min: 1, max: 67 }),
  F: fc.integer({ min: 1, max: 67 }),
  relu: fc.boolean(),
});

Deno.test("Winograd's convolution and its gradients agree with TensorFlow's on every size", () => {
  fc.assert(
    fc.property(sizes, ({ N, H, W, C, F, relu }) => {
      tf.tidy(() => {
        const [x, kernel] = [random<tf.Tensor4D>([N, H, W, C]), random<tf.Tensor4D>([3, 3, C, F])];
        const [bias, dy] = [random<tf.Tensor1D>([F]), random<tf.Tensor4D>([N, H, W, F])];
        const plain = tf.add(tf.conv2d(x, kernel, 1, "same"), bias);
        const expected = relu ? tf.relu(plain) : plain;
        assertAllClose(winogradConv(x, kernel, { bias, relu }).dataSync(), expected.dataSync(), CLOSE);
        const [dx, dKernel] = withKernels("reference", () => [
          convInputGradient(dy, kernel, 1, x.shape),
          convKernelGradient(x, dy, 1, kernel),
        ]);
        assertAllClose(winogradInputGradient(dy, kernel).dataSync(), (dx as tf.Tensor).dataSync(), CLOSE);
        assertAllClose(winogradKernelGradient(x, dy).dataSync(), (dKernel as tf.Tensor).dataSync(), CLOSE);
      });
    }),
    { numRuns: 30 },
  );
});

Deno.test("many tiles: sums over blocks of them, the same bits at every call", () => {
  tf.tidy(() => {
    const [x, dy] = [random<tf.Tensor4D>([40, 32, 32, 16]), random<tf.Tensor4D>([40, 32, 32, 32])];
    const kernel = tf.zeros<tf.Rank.R4>([3, 3, 16, 32]);
    const expected = withKernels("reference", () => convKernelGradient(x, dy, 1, kernel)).dataSync();
    const [first, second] = [
      winogradKernelGradient(x, dy).dataSync(),
      winogradKernelGradient(x, dy).dataSync(),
    ];
    // 40,960 terms of order 1 / 3: sums of order 70.
    assertAllClose(first, expected, { rtol: 1e-4, atol: 5e-3 });
    assert.deepEqual(second, first);
  });
});

Deno.test("it is used for 3 x 3 kernels of stride 1 with enough channels on both sides, by native kernels", () => {
  tf.tidy(() => {
    const suits = (shape: readonly [number, number, number, number], stride = 1) =>
      withKernels("native", () => suitsWinograd(tf.zeros([...shape]), stride));
    for (const shape of [[3, 3, 16, 32], [3, 3, 64, 64]] as const) assert.equal(suits(shape), true);
    for (const shape of [[3, 3, 16, 16], [3, 3, 64, 15], [3, 3, 8, 64], [5, 5, 64, 64]] as const) {
      assert.equal(suits(shape), false);
    }
    assert.equal(suits([3, 3, 64, 64], 2), false);
    assert.equal(withKernels("reference", () => suitsWinograd(tf.zeros([3, 3, 64, 64]), 1)), false);
  });
});

Deno.test("shapes that do not fit end in one clear sentence", () => {
  tf.tidy(() => {
    const x = tf.zeros<tf.Rank.R4>([1, 4, 4, 16]);
    assert.throws(
      () => winogradConv(x, tf.zeros([3, 3, 8, 16])),
      /the kernel.*\[3, 3, 8, 16\].*\[3, 3, 16, 16\]/,
    );
    assert.throws(
      () => winogradConv(x, tf.zeros([3, 3, 16, 8]), { bias: tf.zeros([9]) }),
      /the bias.*\[9\].*\[8\]/,
    );
    assert.throws(() => winogradKernelGradient(x, tf.zeros([1, 4, 5, 16])), /the gradient.*\[1, 4, 5, 16\]/);
    assert.throws(
      () => winogradConv(tf.zeros([0, 4, 4, 16]), tf.zeros([3, 3, 16, 16])),
      /at least one entry/,
    );
  });
});
