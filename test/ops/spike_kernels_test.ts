import assert from "node:assert/strict";
import fc from "fast-check";
import { gatedPool, gatedPoolReference } from "../../lib/ops/gated_pool.ts";
import { fireOnce, fireOverTime, type IfNeuron, stepIf } from "../../lib/ops/if_neuron.ts";
import { runKernel } from "../../lib/ops/kernels.ts";
import { randomStream, randomUniform } from "../../lib/ops/random.ts";
import {
  spikeConv,
  spikeConvFire,
  spikeConvNormFire,
  spikeConvNormFireReference,
  spikeConvReference,
} from "../../lib/ops/spike_conv.ts";
import { spikeLinear, spikeLinearFire, spikeLinearReference } from "../../lib/ops/spike_linear.ts";
import {
  type Fired,
  flattenSpikes,
  packSpikes,
  poolSpikes,
  spikePoolGradient,
  sumSpikes,
  unpackSpikes,
} from "../../lib/ops/spikes.ts";
import { integer, tf } from "../../lib/ops/tensorflow.ts";
import { assertAllClose } from "../assert_all_close.ts";

// Sums of up to 2,000 products of order 0.1 in another order than TensorFlow's.
const CLOSE = { rtol: 1e-5, atol: 1e-5 };

let purpose = 0;

/** Random values in [from, to), multiples of 1 / 64, so that sums are exact in any order where `exact` matters. */
function random(shape: number[], from: number, to: number, exact = false): tf.Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  const values = randomUniform(randomStream(5, "spike kernels", purpose++), size, from, to);
  return tf.tensor(exact ? values.map((value) => Math.round(value * 64) / 64) : values, shape);
}

function spikesOf(shape: number[], density: number): tf.Tensor {
  return tf.cast(tf.less(random(shape, 0, 1), density), "float32");
}

const neurons: fc.Arbitrary<IfNeuron> = fc.record({
  threshold: fc.constantFrom(0.5, 1, 2),
  reset: fc.constantFrom("hard", "subtract"),
  initialMembrane: fc.constantFrom(0, 0.5, -0.25),
});

/** IF neurons over currents [T, ...] one step at a time. */
function fireReference(currents: tf.Tensor, neuron: IfNeuron): { spikes: tf.Tensor; membrane: tf.Tensor } {
  let membrane: tf.Tensor = tf.fill(currents.shape.slice(1), neuron.initialMembrane);
  const steps = tf.unstack(currents).map((current) => {
    const state = stepIf(current, membrane, neuron);
    membrane = state.membrane;
    return state.spikes;
  });
  return { spikes: tf.stack(steps), membrane };
}

function assertFired({ spikes, totals }: Fired, expected: tf.Tensor): void {
  assert.deepEqual(unpackSpikes(spikes).dataSync(), expected.dataSync());
  const sums = tf.sum(tf.reshape(expected, [expected.shape[0] as number, -1]), 1).dataSync();
  assert.deepEqual(Array.from(totals), Array.from(sums));
}

function holds<Drawn>(arbitrary: fc.Arbitrary<Drawn>, check: (drawn: Drawn) => void): void {
  const property = fc.property(arbitrary, (drawn) => {
    tf.tidy(() => check(drawn));
  });
  fc.assert(property, { numRuns: 60, seed: 7 });
}

const small = (max: number) => fc.integer({ min: 1, max });
const channels = fc.oneof(small(70), fc.constantFrom(32, 64, 96, 128, 160));
const density = fc.constantFrom(0, 0.02, 0.1, 0.4, 1);

Deno.test("unpacking gives packed spikes back, and pooling bits is max pooling", () => {
  holds(
    fc.record({ n: small(3), h: small(9), w: small(9), channels, density, size: small(3) }),
    ({ n, h, w, channels, density, size }) => {
      const spikes = spikesOf([n, h, w, channels], density) as tf.Tensor4D;
      const packed = packSpikes(spikes);
      assert.deepEqual(unpackSpikes(packed).dataSync(), spikes.dataSync());
      if (size > Math.min(h, w)) return;
      const pooled = tf.maxPool(spikes, size, size, "valid");
      assert.deepEqual(unpackSpikes(poolSpikes(packed, size)).dataSync(), pooled.dataSync());
    },
  );
});

Deno.test("gated pooling passes the spikes of the most active neuron so far, whatever computes it", () => {
  holds(
    fc.record({ T: small(9), n: small(2), h: small(7), w: small(7), channels, density, size: small(3) }),
    ({ T, n, h, w, channels, density, size }) => {
      if (size > Math.min(h, w)) return;
      const spikes = spikesOf([T, n, h, w, channels], density) as tf.Tensor5D;
      let counts: tf.Tensor | undefined;
      const steps = tf.unstack(spikes).map((step) => {
        const one = gatedPoolReference(step as tf.Tensor4D, size, counts);
        counts = one.counts;
        return one.pooled;
      });
      const all = gatedPool(packSpikes(spikes), size);
      assert.deepEqual(unpackSpikes(all.pooled).dataSync(), tf.stack(steps).dataSync());
      assert.deepEqual(all.counts.dataSync(), counts?.dataSync());
      const [first, rest] = tf.split(spikes, [1, T - 1]) as [tf.Tensor, tf.Tensor];
      if (T === 1) return;
      const before = gatedPool(packSpikes(first), size);
      const after = gatedPool(packSpikes(rest), size, before.counts);
      assert.deepEqual(after.counts.dataSync(), all.counts.dataSync());
      assert.deepEqual(
        unpackSpikes(after.pooled).dataSync(),
        tf.slice(unpackSpikes(all.pooled), [1], [T - 1]).dataSync(),
      );
    },
  );
});

Deno.test("gated pooling by hand: the winner's silence passes, ties go to the first, so far includes now", () => {
  tf.tidy(() => {
    // Four neurons of one window, step by step.
    const trains = [[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 1, 0], [0, 0, 0, 1]];
    const wanted = [1, 0, 1, 0]; // the first; the first is as good as the third; the third with two; now it is silent
    const spikes = tf.tensor(trains, [4, 4]).reshape([4, 1, 2, 2, 1]);
    assert.deepEqual(Array.from(unpackSpikes(gatedPool(packSpikes(spikes), 2).pooled).dataSync()), wanted);
  });
});

Deno.test("neurons over T steps in one pass equal T single steps, bit for bit", () => {
  holds(
    fc.record({ T: small(12), n: small(40), channels, neuron: neurons, constant: fc.boolean() }),
    ({ T, n, channels, neuron, constant }) => {
      const currents = random([constant ? 1 : T, n, channels], -0.5, 1);
      const all = tf.tile(currents, [constant ? T : 1, 1, 1]);
      const { spikes, membrane } = fireReference(all, neuron);
      assertFired(fireOverTime(currents, T, neuron), spikes);
      let state: tf.Tensor = tf.fill([n, channels], neuron.initialMembrane);
      tf.unstack(all).forEach((current, t) => {
        const fired = fireOnce(current, state, neuron);
        state = fired.membrane;
        assert.deepEqual(unpackSpikes(fired.spikes).dataSync(), tf.gather(spikes, t).dataSync());
      });
      assert.deepEqual(state.dataSync(), membrane.dataSync());
    },
  );
});

const convolution = fc.record({
  ...{ T: small(6), n: small(3), h: small(9), w: small(9), channels, filters: channels, density },
  ...{ kernel: small(5), stride: small(2), padding: fc.constantFrom("same" as const, "valid" as const) },
  neuron: neurons,
});

Deno.test("spiking convolution by events equals the dense one, with and without neurons", () => {
  holds(convolution, ({ T, n, h, w, channels, filters, density, kernel, stride, padding, neuron }) => {
    if (padding === "valid" && kernel > Math.min(h, w)) return;
    const spikes = spikesOf([T, n, h, w, channels], density) as tf.Tensor5D;
    const filter = random([kernel, kernel, channels, filters], -0.3, 0.4) as tf.Tensor4D;
    const bias = random([filters], -0.5, 0.5) as tf.Tensor1D;
    const window = { stride, padding };
    const currents = spikeConv(packSpikes(spikes), filter, bias, window);
    assertAllClose(currents.dataSync(), spikeConvReference(spikes, filter, bias, window).dataSync(), CLOSE);
    const { spikes: expected } = fireReference(currents, neuron);
    assertFired(spikeConvFire(packSpikes(spikes), filter, bias, neuron, window), expected);
  });
});

Deno.test("periodic trains give the spikes that adding every spike gives", () => {
  holds(convolution, ({ n, h, w, channels, filters, kernel, neuron }) => {
    const steady: IfNeuron = { threshold: 2, reset: "hard", initialMembrane: 0 };
    const { spikes } = fireOverTime(random([1, n, h, w, channels], -1, 2), 15, steady);
    // Sixty-fourths: sums are exact, so their order cannot move a membrane across its threshold.
    const filter = random([kernel, kernel, channels, filters], -0.3, 0.4, true) as tf.Tensor4D;
    const bias = random([filters], -0.5, 0.5, true) as tf.Tensor1D;
    const window = { stride: 1, padding: "same" } as const;
    const once = spikeConvFire(spikes, filter, bias, neuron, { ...window, periodic: true });
    assertFired(once, unpackSpikes(spikeConvFire(spikes, filter, bias, neuron, window).spikes));
  });
});

Deno.test("matrix product of spikes by events equals the dense one, with and without neurons", () => {
  holds(
    fc.record({
      T: small(6),
      n: small(20),
      positions: small(20),
      channels,
      units: channels,
      density,
      neuron: neurons,
    }),
    ({ T, n, positions, channels, units, density, neuron }) => {
      const spikes = spikesOf([T, n, positions, channels], density);
      const weights = random([positions * channels, units], -0.1, 0.12) as tf.Tensor2D;
      const bias = random([units], -0.5, 0.5) as tf.Tensor1D;
      const currents = spikeLinear(packSpikes(spikes), weights, bias);
      assertAllClose(currents.dataSync(), spikeLinearReference(spikes, weights, bias).dataSync(), CLOSE);
      const { spikes: expected } = fireReference(currents, neuron);
      assertFired(spikeLinearFire(packSpikes(spikes), weights, bias, neuron), expected);
    },
  );
});

Deno.test("what does not fit is refused in one sentence", () => {
  tf.tidy(() => {
    const neuron: IfNeuron = { threshold: 1, reset: "hard", initialMembrane: 0 };
    const packed = packSpikes(spikesOf([2, 1, 4, 4, 40], 0.5));
    const bias = tf.zeros([8]) as tf.Tensor1D;
    const filter = (channels: number, size = 3) => tf.zeros([size, size, channels, 8]) as tf.Tensor4D;
    const cases: [() => unknown, RegExp][] = [
      [
        () => packSpikes(tf.tensor1d([0, 1, 0.5])),
        /WeightsharePackSpikes: spikes must be 0 or 1, but entry 2 is 0\.5/,
      ],
      [() => packSpikes(tf.tensor1d([NaN])), /spikes must be 0 or 1, but entry 0 is nan/],
      [
        () => spikeConv(packed, filter(70), bias),
        /spikes have shape \[2, 1, 4, 4, 2\], whose last axis must hold the 70/,
      ],
      [() => spikeConv(packed, filter(40), tf.zeros([9])), /the bias has shape \[9\], but \[8\] is needed/],
      [
        () => spikeConv(packed, filter(40, 5), bias, { stride: 1, padding: "valid" }),
        /a kernel of 5 does not fit an image of 4 with padding 0/,
      ],
      [
        () => spikeConvFire(packed, filter(40), bias, { ...neuron, threshold: 0 }),
        /threshold is 0\.0+, but must be more than 0/,
      ],
      [
        () => spikeConvFire(packed, filter(40), bias, neuron, { stride: 1, padding: "same", periodic: true }),
        /the spikes are said to be periodic, but some neuron does not fire/,
      ],
      [
        () => spikeLinear(packed, tf.zeros([641, 8]), bias),
        /weights have shape \[641, 8\], but 640 rows are needed/,
      ],
      [
        () => fireOverTime(tf.zeros([3, 4, 4]), 2, neuron),
        /currents have shape \[3, 4, 4\], but \[2 or 1, \.\.\., channels\]/,
      ],
      [
        () => runKernel("SpikePool", [packed.bits], 1, { size: integer(0) }),
        /size is 0, but must be at least 1/,
      ],
      [() => gatedPool(packed, 0), /size is 0, but must be at least 1/],
      [
        () => gatedPool({ ...packed, channels: 70 }, 2),
        /spikes have shape \[2, 1, 4, 4, 2\], whose last axis must hold the 70 channels in 3 words/,
      ],
      [
        () => gatedPool(packed, 2, tf.zeros([1, 2, 2, 4, 41])),
        /the counts has shape \[1, 2, 2, 4, 41\], but \[1, 2, 2, 4, 40\] is needed/,
      ],
      [
        () => runKernel("SpikePool", [tf.zeros([2, 2, 1])], 1, { size: integer(1) }),
        /expected to be a int32 tensor/,
      ],
    ];
    for (const [attempt, message] of cases) assert.throws(attempt, message);
  });
});

Deno.test("convolution, batch norm of every step and neurons in one pass are the same in TensorFlow.js", () => {
  holds(
    fc.record({
      T: small(6),
      n: small(3),
      h: small(7),
      w: small(7),
      channels: small(40),
      F: channels,
      density,
      neurons,
    }),
    ({ T, n, h, w, channels, F, density, neurons: neuron }) => {
      const spikes = spikesOf([T, n, h, w, channels], density) as tf.Tensor5D;
      const filter = random([3, 3, channels, F], -0.5, 0.5) as tf.Tensor4D;
      const bias = random([F], -1, 1) as tf.Tensor1D;
      const norm = { gamma: random([F], 0.5, 2) as tf.Tensor1D, beta: random([F], -1, 1) as tf.Tensor1D };
      const found = spikeConvNormFire(packSpikes(spikes), filter, bias, norm, neuron);
      const expected = spikeConvNormFireReference(spikes, filter, bias, norm, neuron);
      assertAllClose(found.mean.dataSync(), expected.mean.dataSync(), CLOSE);
      assertAllClose(found.variance.dataSync(), expected.variance.dataSync(), CLOSE);
      // Rounding flips the spike of a membrane at its threshold; where the variance is zero it decides the sign of a norm.
      if (density === 0 || density === 1 || n * h * w === 1) return;
      const wrong = tf.sum(tf.abs(tf.sub(unpackSpikes(found.spikes), expected.spikes)))
        .dataSync()[0] as number;
      assert.ok(
        wrong <= 2 + 1e-3 * expected.spikes.size,
        `${wrong} of ${expected.spikes.size} spikes differ`,
      );
    },
  );
});

Deno.test("counts, flattened spikes and the gradient of pooling are those of spikes as floats", () => {
  holds(
    fc.record({ T: small(6), n: small(3), h: small(7), w: small(7), channels, density, size: small(3) }),
    ({ T, n, h, w, channels, density, size }) => {
      const spikes = spikesOf([T, n, h, w, channels], density);
      const packed = packSpikes(spikes);
      assert.deepEqual(sumSpikes(packed).dataSync(), tf.sum(spikes, 0).dataSync());
      assert.deepEqual(unpackSpikes(flattenSpikes(packed)).dataSync(), spikes.dataSync());
      if (size > Math.min(h, w)) return;
      const dy = random([T, n, Math.floor(h / size), Math.floor(w / size), channels], -1, 1);
      const images = tf.reshape(spikes, [T * n, h, w, channels]) as tf.Tensor4D;
      const expected = tf.grad((x) => tf.maxPool(x as tf.Tensor4D, size, size, "valid"))(
        images,
        tf.reshape(dy, [T * n, ...dy.shape.slice(2)]),
      );
      assert.deepEqual(spikePoolGradient(packed, size, dy).dataSync(), expected.dataSync());
    },
  );
});
