import assert from "node:assert/strict";
import { annCost, ENERGY, spikingCosts } from "../../lib/spiking/energy.ts";
import { assertAllClose } from "../assert_all_close.ts";
import { COUNTED } from "../counted_spec.ts";

Deno.test("costs add up over time: spikes of neurons, a synaptic operation for every synapse behind a pooled spike", () => {
  const costs = spikingCosts(COUNTED, { conv1: [5, 6], maxpool1: [2, 3], linear1: [1, 0] });
  assert.deepEqual(costs.map(({ spikes, operations }) => [spikes, operations]), [[6, 6], [12, 15]]);
  const image = 4 * 4 * 9 * 2 * ENERGY.multiplyAccumulate; // once, whatever t
  assertAllClose(
    costs.map(({ energy }) => energy),
    [image + 6 * ENERGY.accumulate, image + 15 * ENERGY.accumulate],
    { rtol: 1e-12 },
  );
});

Deno.test("a read-out layer fires no spikes of its own; a layer whose input was not counted is an error", () => {
  assert.equal(spikingCosts(COUNTED, { conv1: [5], maxpool1: [2] })[0]?.spikes, 5);
  assert.throws(() => spikingCosts(COUNTED, { conv1: [5] }), /No spikes of maxpool1/);
});

Deno.test("the ANN multiplies everything once", () => {
  const macs = 4 * 4 * 9 * 2 + 8 * 3;
  assert.deepEqual(annCost(COUNTED), { macs, energy: macs * ENERGY.multiplyAccumulate });
});
