import assert from "node:assert/strict";
import fc from "fast-check";
import { fireOverTime, type IfNeuron, type Reset, stepIf } from "../../lib/ops/if_neuron.ts";
import { randomStream, randomUniform } from "../../lib/ops/random.ts";
import { unpackSpikes } from "../../lib/ops/spikes.ts";
import {
  surrogateIf,
  surrogateIfNative,
  surrogateIfReference,
  type SurrogateNeuron,
} from "../../lib/ops/surrogate_if.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { assertAllClose } from "../assert_all_close.ts";
import { unrolledStep } from "../unrolled_if.ts";

function random(seed: number, shape: number[], from = -1, to = 1.5): tf.Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return tf.tensor(randomUniform(randomStream(seed, "surrogate"), size, from, to), shape);
}

/** T steps out of plain operations. */
function unrolled(currents: tf.Tensor, T: number, surrogate: SurrogateNeuron): tf.Tensor {
  let membrane: tf.Tensor = tf.fill(currents.shape.slice(1), surrogate.neuron.initialMembrane);
  return tf.stack(Array.from({ length: T }, (_, t) => {
    const current = tf.squeeze(tf.slice(currents, [currents.shape[0] === 1 ? 0 : t], [1]), [0]);
    const state = unrolledStep(current, membrane, surrogate);
    membrane = state.membrane;
    return state.spikes;
  }));
}

const BOTH = [surrogateIfNative, surrogateIfReference];

const KINDS: SurrogateNeuron[] = (["hard", "subtract"] as Reset[]).flatMap((reset) =>
  [true, false].flatMap((detachReset) => [
    { neuron: { threshold: 1, reset, initialMembrane: 0 }, alpha: 2, detachReset },
    { neuron: { threshold: 0.7, reset, initialMembrane: 0.35 }, alpha: 3, detachReset },
  ])
);

Deno.test("spikes are those of T single steps and of the native kernel", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      fc.constantFrom(...KINDS),
      fc.integer({ min: 1, max: 1000 }),
      (T, shape, constant, surrogate, seed) => {
        tf.tidy(() => {
          const currents = random(seed, [constant ? 1 : T, ...shape]);
          const { neuron } = surrogate;
          for (const fire of BOTH) {
            const got = fire(currents, T, surrogate);
            assert.deepEqual(got.shape, [T, ...shape]);
            assert.deepEqual(got.dataSync(), singleSteps(currents, T, neuron).dataSync());
            const packed = unpackSpikes(fireOverTime(currents, T, neuron).spikes);
            assert.deepEqual(got.dataSync(), packed.dataSync());
          }
        });
      },
    ),
    { numRuns: 40, seed: 1 },
  );
});

function singleSteps(currents: tf.Tensor, T: number, neuron: IfNeuron): tf.Tensor {
  let membrane: tf.Tensor = tf.fill(currents.shape.slice(1), neuron.initialMembrane);
  return tf.stack(Array.from({ length: T }, (_, t) => {
    const current = tf.squeeze(tf.slice(currents, [currents.shape[0] === 1 ? 0 : t], [1]), [0]);
    const state = stepIf(current, membrane, neuron);
    membrane = state.membrane;
    return state.spikes;
  }));
}

Deno.test("the backward pass over T equals automatic differentiation of the steps written out", () => {
  for (const [index, surrogate] of KINDS.entries()) {
    for (const constant of [false, true]) {
      tf.tidy(() => {
        const T = 8;
        const currents = random(10 + index, [constant ? 1 : T, 3, 5]);
        const upstream = random(30 + index, [T, 3, 5]);
        const gradientOf = (fire: typeof surrogateIfNative) =>
          tf.grad((x) => tf.sum(tf.mul(fire(x as tf.Tensor, T, surrogate), upstream)))(currents);
        const wanted = gradientOf(unrolled);
        for (const fire of BOTH) {
          const got = gradientOf(fire);
          assert.deepEqual(got.shape, currents.shape);
          // Sums of up to 8 products of both signs in float32.
          assertAllClose(got.dataSync(), wanted.dataSync(), { rtol: 1e-5, atol: 1e-6 });
        }
        assert.ok(tf.max(tf.abs(wanted)).dataSync()[0] as number > 0.1);
      });
    }
  }
});

Deno.test("in one step the derivative is that of atan(pi / 2 alpha (I + V - threshold)) / pi", () => {
  tf.tidy(() => {
    for (const surrogate of KINDS) {
      const { neuron: { threshold, initialMembrane }, alpha } = surrogate;
      const currents = random(50, [1, 40], -3, 3);
      const got = tf.grad((x) => surrogateIf(x as tf.Tensor, 1, surrogate))(currents).dataSync();
      const primitive = (current: number) =>
        Math.atan(Math.PI / 2 * alpha * (current + initialMembrane - threshold)) / Math.PI;
      const step = 1e-5;
      const wanted = Array.from(currents.dataSync()).map((current) =>
        (primitive(current + step) - primitive(current - step)) / (2 * step)
      );
      // The differences are in double precision with an error of step^2; the derivative is in float32.
      assertAllClose(got, wanted, { rtol: 1e-5 });
    }
  });
});

Deno.test("the derivative at the threshold is alpha / 2, and detaching the reset matters", () => {
  tf.tidy(() => {
    const gradient = (currents: number[], surrogate: SurrogateNeuron) =>
      Array.from(
        tf.grad((x) => tf.sum(surrogateIf(x as tf.Tensor, currents.length, surrogate)))(tf.tensor1d(currents))
          .dataSync(),
      );
    for (const surrogate of KINDS) {
      const { neuron: { threshold, initialMembrane }, alpha } = surrogate;
      assertAllClose(gradient([threshold - initialMembrane], surrogate), [alpha / 2]);
      const other = { ...surrogate, detachReset: !surrogate.detachReset };
      assert.notDeepEqual(gradient([0.9, 0.4, 0.3], surrogate), gradient([0.9, 0.4, 0.3], other));
    }
    // Hard reset, detached: what came before a spike has no influence on later spikes.
    const hard = KINDS.find(({ neuron, detachReset }) => neuron.reset === "hard" && detachReset);
    const late = tf.grad((x) => tf.slice(surrogateIf(x as tf.Tensor, 3, hard as SurrogateNeuron), [2], [1]));
    assert.equal(late(tf.tensor1d([2, 0.1, 0.1])).dataSync()[0], 0);
  });
});
