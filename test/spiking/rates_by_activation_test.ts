import assert from "node:assert/strict";
import { networkOf, smallImages } from "../small_network.ts";
import { bothLives } from "../../lib/spiking/both_lives.ts";
import { ratesByActivation, rateUnderCurrent } from "../../lib/spiking/rates_by_activation.ts";

const HARD = { threshold: 0.8, reset: "hard", initialMembrane: 0 } as const;

Deno.test("under a constant current a neuron fires every ceil(threshold / z) steps, or as often as the charge suffices", () => {
  const rate = (z: number, reset: "hard" | "subtract") => rateUnderCurrent(z, 12, { threshold: 2, reset });
  assert.deepEqual([-1, 0, 0.1, 0.5, 0.7, 1, 1.5, 2, 7].map((z) => 12 * rate(z, "hard")), [
    ...[0, 0, 0, 3, 4, 6, 6, 12, 12],
  ]);
  assert.deepEqual([-1, 0, 0.1, 0.5, 1, 1.5, 2, 7].map((z) => 12 * rate(z, "subtract")), [
    ...[0, 0, 0, 3, 6, 9, 12, 12],
  ]);
});

Deno.test("rates by activation are those of both lives, neuron by neuron, whatever is simulated at once", () => {
  const [T, count] = [9, 60]; // more images than are simulated at once
  const network = networkOf(41);
  const images = smallImages(count, 42);
  const lives = bothLives(network, images, { T, neuron: HARD });
  for (const { layer, zeros, bins, asTheory } of ratesByActivation(network, images, { T, neuron: HARD })) {
    const { activations, spikes } = lives(layer);
    const z = activations.dataSync();
    const rates = spikes.mean(0).dataSync();
    const passed = [...z.keys()].filter((at) => (z[at] as number) > 0);
    assert.equal(zeros.neurons, z.length - passed.length, layer);
    assert.equal(bins.reduce((sum, { neurons }) => sum + neurons, 0), passed.length);
    const total = passed.reduce((sum, at) => sum + (rates[at] as number), 0);
    const binned = bins.reduce((sum, { neurons, rate }) => sum + neurons * rate.mean, 0);
    assert.ok(Math.abs(binned - total) < 1e-4 * Math.max(1, total), `${layer}: ${binned}, ${total}`);
    const right = passed.filter((at) =>
      Math.abs((rates[at] as number) - rateUnderCurrent(z[at] as number, T, HARD)) < 1e-4
    );
    assert.equal(asTheory, right.length / passed.length);
    for (const { activation, neurons } of bins) {
      const inBin = passed.filter((at) => {
        const inThresholds = (z[at] as number) / HARD.threshold;
        return activation > 2 ? inThresholds >= 2 : Math.abs(inThresholds - activation) < 0.025;
      });
      assert.equal(neurons, inBin.length, `${layer}: ${activation}`);
    }
  }
});

Deno.test("an initial membrane is refused: under it no staircase is known", () => {
  assert.throws(
    () =>
      ratesByActivation(networkOf(1), smallImages(1, 1), { T: 3, neuron: { ...HARD, initialMembrane: 0.1 } }),
    /^UsageError: Holding firing rates against activations: the initial membrane is 0\.1, but must be 0\.$/,
  );
});
