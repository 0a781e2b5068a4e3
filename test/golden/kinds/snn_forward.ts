import type { Results } from "../compare.ts";
import type { tf } from "../../../lib/ops/tensorflow.ts";
import { RateCounter } from "../../../lib/spiking/rates.ts";
import { simulate } from "../../../lib/spiking/simulate.ts";
import { type Fixture, tensorOf } from "../fixture.ts";
import { networkOf, spikingOf } from "../network.ts";

export function snnForward(fixture: Fixture): Results {
  const rates = new RateCounter();
  const observe = rates.observer();
  const countsAfter: number[] = [];
  const counts = simulate(networkOf(fixture), tensorOf<tf.Tensor4D>(fixture, "image"), {
    ...spikingOf(fixture),
    mode: "frozen",
    onStep(step) {
      observe(step);
      countsAfter.push(...step.counts.dataSync());
    },
  });
  const named = (prefix: string, values: Record<string, number>) =>
    Object.entries(values).map(([layer, value]) => [`${prefix}.${layer}`, value]);
  return {
    counts: counts.dataSync(),
    counts_after: countsAfter,
    ...Object.fromEntries([...named("spikes", rates.totals()), ...named("rate", rates.rates())]),
  };
}
