import assert from "node:assert/strict";
import fc from "fast-check";
import { runKernel } from "../../lib/ops/kernels.ts";
import { learnedSpikeConv, learnedSpikeLinear } from "../../lib/ops/learned_spike_products.ts";
import { maxPoolNative, maxPoolReference } from "../../lib/ops/max_pool.ts";
import { randomStream, randomUniform } from "../../lib/ops/random.ts";
import { spikeConvReference, spikeFilterGradient } from "../../lib/ops/spike_conv.ts";
import { packSpikes } from "../../lib/ops/spikes.ts";
import { integer, tf } from "../../lib/ops/tensorflow.ts";
import { assertAllClose } from "../assert_all_close.ts";

// Gradients sum over all images and pixels, up to 2,000 terms of order 1, in another order than TensorFlow's.
const SUMMED = { rtol: 1e-4, atol: 5e-4 };

let purpose = 0;

function random(shape: number[], from = -1, to = 1): tf.Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return tf.tensor(randomUniform(randomStream(11, "learned products", purpose++), size, from, to), shape);
}

function spikesOf(shape: number[], density: number): tf.Tensor {
  return tf.cast(tf.less(random(shape, 0, 1), density), "float32");
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
  N: fc.integer({ min: 1, max: 4 }),
  H: fc.integer({ min: 1, max: 9 }),
  W: fc.integer({ min: 1, max: 9 }),
  C: fc.integer({ min: 1, max: 70 }),
  F: fc.integer({ min: 1, max: 140 }),
  density: fc.constantFrom(0, 0.02, 0.3, 1),
  biased: fc.boolean(),
});

Deno.test("a convolution of spikes by events and its gradients are the dense ones", () => {
  fc.assert(
    fc.property(layers, fc.constantFrom(1, 3, 5), ({ N, H, W, C, F, density, biased }, k) => {
      tf.tidy(() => {
        const bias = biased ? [random([F])] : [];
        const inputs = [spikesOf([N, H, W, C], density), random([k, k, C, F]), ...bias];
        const weight = random([N, H, W, F]);
        const got = valueAndGradients(
          (x, filter, bias) => learnedSpikeConv(x as tf.Tensor4D, filter as tf.Tensor4D, bias as tf.Tensor1D),
          inputs,
          weight,
        );
        const expected = valueAndGradients(
          (x, filter, bias) => {
            const product = tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, "same");
            return bias === undefined ? product : tf.add(product, bias);
          },
          inputs,
          weight,
        );
        assertSame(got, expected);
      });
    }),
    { numRuns: 40, seed: 7 },
  );
});

Deno.test("a matrix product of spikes by events and its gradients are the dense ones", () => {
  fc.assert(
    fc.property(layers, ({ N, C, F, density, biased }) => {
      tf.tidy(() => {
        const rows = 7 * N;
        const bias = biased ? [random([F])] : [];
        const inputs = [spikesOf([rows, C], density), random([C, F]), ...bias];
        const weight = random([rows, F]);
        const got = valueAndGradients(
          (x, weights, bias) =>
            learnedSpikeLinear(x as tf.Tensor2D, weights as tf.Tensor2D, bias as tf.Tensor1D),
          inputs,
          weight,
        );
        const expected = valueAndGradients(
          (x, weights, bias) =>
            bias === undefined ? tf.matMul(x, weights) : tf.add(tf.matMul(x, weights), bias),
          inputs,
          weight,
        );
        assertSame(got, expected);
      });
    }),
    { numRuns: 40, seed: 8 },
  );
});

Deno.test("the filter's gradient by events is the dense one, for every stride and padding", () => {
  fc.assert(
    fc.property(
      layers,
      fc.record({
        stride: fc.constantFrom(1, 2),
        padding: fc.constantFrom("same" as const, "valid" as const),
      }),
      fc.constantFrom(1, 3, 5),
      ({ N, H, W, C, F, density }, window, k) => {
        fc.pre(window.padding === "same" || Math.min(H, W) >= k);
        tf.tidy(() => {
          const spikes = tf.reshape(spikesOf([N, H, W, C], density), [1, N, H, W, C]) as tf.Tensor5D;
          const filter = random([k, k, C, F]) as tf.Tensor4D;
          const zero = tf.zeros([F]) as tf.Tensor1D;
          const dy = random(spikeConvReference(spikes, filter, zero, window).shape) as tf.Tensor5D;
          const expected = tf.grad((filter) =>
            tf.sum(tf.mul(spikeConvReference(spikes, filter as tf.Tensor4D, zero, window), dy))
          )(filter);
          assertSame([spikeFilterGradient(packSpikes(spikes), dy, filter, window)], [expected]);
        });
      },
    ),
    { numRuns: 40, seed: 9 },
  );
});

Deno.test("max pooling's gradient goes to the first of the largest, as TensorFlow's", () => {
  fc.assert(
    fc.property(layers, fc.constantFrom(1, 2, 3), fc.boolean(), ({ N, H, W, C, density }, size, spiking) => {
      fc.pre(Math.min(H, W) >= size);
      tf.tidy(() => {
        const x = spiking ? spikesOf([N, H, W, C], density) : random([N, H, W, C]);
        const weight = random([N, Math.floor(H / size), Math.floor(W / size), C]);
        const [got, expected] = [maxPoolNative, maxPoolReference].map((pool) =>
          valueAndGradients((x) => pool(x as tf.Tensor4D, size), [x], weight)
        ) as [tf.Tensor[], tf.Tensor[]];
        assertSame(got, expected);
      });
    }),
    { numRuns: 40, seed: 10 },
  );
});

Deno.test("what does not fit is refused in one sentence", () => {
  tf.tidy(() => {
    const filter = random([3, 3, 4, 5]) as tf.Tensor4D;
    const packed = packSpikes(spikesOf([1, 2, 6, 6, 4], 0.5));
    assert.throws(
      () => spikeFilterGradient(packed, random([1, 2, 6, 6, 6]) as tf.Tensor5D, filter),
      /dy has shape \[1, 2, 6, 6, 6\]/,
    );
    const pool = (x: tf.Tensor, dy: tf.Tensor, size: number) => () =>
      runKernel("MaxPoolGradient", [x, dy], 1, { size: integer(size) });
    const x = random([1, 4, 4, 3]);
    assert.throws(pool(x, random([1, 2, 2, 3]), 0), /size is 0, but must be at least 1/);
    assert.throws(pool(x, random([1, 2, 2, 3]), 5), /windows of 5 x 5 must fit into it/);
    assert.throws(pool(x, random([1, 4, 4, 3]), 2), /the gradient has shape \[1, 4, 4, 3\]/);
    for (const width of [3, 32, 40]) {
      const bad = tf.concat([tf.ones([width - 1]), tf.tensor1d([0.5])]);
      assert.throws(() => packSpikes(bad), new RegExp(`entry ${width - 1} is 0.5`));
    }
    assert.throws(() => packSpikes(tf.tensor1d([NaN, 0])), /entry 0 is/);
  });
});
