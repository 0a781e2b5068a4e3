import assert from "node:assert/strict";
import fc from "fast-check";
import { tf } from "../../lib/ops/tensorflow.ts";
import { type IfNeuron, type Reset, stepIf } from "../../lib/ops/if_neuron.ts";

function spikeTrain(currents: number[], neuron: IfNeuron): number[] {
  return tf.tidy(() => {
    let membrane: tf.Tensor = tf.tensor1d([neuron.initialMembrane]);
    return currents.map((current) => {
      const state = stepIf(tf.tensor1d([current]), membrane, neuron);
      membrane = state.membrane;
      return state.spikes.dataSync()[0] as number;
    });
  });
}

Deno.test("a constant positive current z fires every ceil(threshold / z) steps under hard reset", () => {
  // Quarters keep every sum exact in float32, so that the period is exact too.
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 12 }), (z, threshold) => {
      const period = Math.ceil(threshold / (z / 4));
      const train = spikeTrain(Array(30).fill(z / 4), { threshold, reset: "hard", initialMembrane: 0 });
      train.forEach((spike, index) => assert.equal(spike, (index + 1) % period === 0 ? 1 : 0));
    }),
    { numRuns: 40, seed: 1 },
  );
});

Deno.test("under subtraction the count of a constant current is floor(T z / threshold), at most T", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 12 }), (z, threshold) => {
      const neuron = { threshold, reset: "subtract", initialMembrane: 0 } as const;
      const count = spikeTrain(Array(20).fill(z / 4), neuron).reduce((sum, spike) => sum + spike, 0);
      assert.equal(count, Math.min(20, Math.floor(20 * (z / 4) / threshold)));
    }),
    { numRuns: 40, seed: 2 },
  );
});

Deno.test("a membrane equal to the threshold fires, and negative currents have no floor", () => {
  const neuron: IfNeuron = { threshold: 2, reset: "hard", initialMembrane: 0 };
  assert.deepEqual(spikeTrain([2, 1, 1], neuron), [1, 0, 1]);
  assert.deepEqual(spikeTrain([-10, 11, 1], neuron), [0, 0, 1]);
});

Deno.test("neurons do not touch each other and spikes are 0 or 1", () => {
  fc.assert(
    fc.property(
      fc.array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: 1, maxLength: 20 }),
      fc.constantFrom<Reset>("hard", "subtract"),
      (currents, reset) => {
        const neuron = { threshold: 1, reset, initialMembrane: 0.5 };
        const together = tf.tidy(() => {
          const state = stepIf(tf.tensor1d(currents), tf.fill([currents.length], 0.5), neuron);
          return Array.from(state.spikes.dataSync());
        });
        assert.deepEqual(together, currents.map((current) => spikeTrain([current], neuron)[0]));
        assert.ok(together.every((spike) => spike === 0 || spike === 1));
      },
    ),
    { numRuns: 30, seed: 3 },
  );
});
