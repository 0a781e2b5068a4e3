import assert from "node:assert/strict";
import { type Activity, ARITHMETICS, ENERGY_FORMULAS } from "../../lib/spiking/energy_formulas.ts";
import { spikingCosts } from "../../lib/spiking/energy.ts";
import { assertAllClose } from "../assert_all_close.ts";
import { COUNTED } from "../counted_spec.ts";

/** Products of the convolution, and of the linear layer. */
const [FIRST, SECOND] = [4 * 4 * 9 * 2, 2 * 2 * 2 * 3];
const NEURONS = 4 * 4 * 2 + 3;
const SPIKES = { conv1: [5, 6], maxpool1: [2, 3], linear1: [1, 0] };
const [, { spikes, operations, energy }] = spikingCosts(COUNTED, SPIKES) as [
  unknown,
  ReturnType<typeof spikingCosts>[number],
];
const DENSITY = { image: 0.5, conv1: 0.25, maxpool1: 0.75, linear1: 1 };
const ACTIVITY: Activity = { spec: COUNTED, t: 2, spikes, operations, neurons: NEURONS, density: DENSITY };

Deno.test("every formula is what its source says, in float32 and in int8", () => {
  for (const [name, mac, ac] of [["float32", 4.6, 0.9], ["int8", 0.3, 0.1]] as const) {
    const events = FIRST * mac + operations * ac;
    const picojoules = [
      12 / NEURONS * (FIRST + SECOND) * ac,
      events,
      events + 2 * NEURONS * ac,
      events + 2 * NEURONS * ac + FIRST * mac,
      (FIRST + SECOND) * mac,
      (0.5 * FIRST + 0.75 * SECOND) * mac,
    ];
    const found = ENERGY_FORMULAS.map((formula) =>
      1e12 * (formula.energy(ACTIVITY, ARITHMETICS[name]) as number)
    );
    assertAllClose(found, picojoules, { rtol: 1e-12 });
  }
});

Deno.test("counted event by event, a network costs what the table of costs says", () => {
  assertAllClose([ENERGY_FORMULAS[1]?.energy(ACTIVITY, ARITHMETICS.float32) as number], [energy], {
    rtol: 1e-12,
  });
});

Deno.test("without a measured density no zero is skipped; a layer that it lacks is an error", () => {
  const skipping = ENERGY_FORMULAS.at(-1);
  assert.equal(skipping?.energy({ ...ACTIVITY, density: null }, ARITHMETICS.int8), null);
  assert.throws(
    () => skipping?.energy({ ...ACTIVITY, density: { image: 0.5 } }, ARITHMETICS.int8),
    /The density of maxpool1 was not measured/,
  );
});

Deno.test("every formula names its source", () => {
  for (const { name, source } of ENERGY_FORMULAS) assert.ok(name.length > 0 && source.length > 0);
});
