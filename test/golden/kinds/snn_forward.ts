import type { Results } from "../compare.ts";
import { tf } from "../../../lib/ops/tensorflow.ts";
import { RateCounter } from "../../../lib/spiking/rates.ts";
import { simulate } from "../../../lib/spiking/simulate.ts";
import { type Fixture, tensorOf } from "../fixture.ts";
import { networkOf, spikingOf } from "../network.ts";

export function snnForward(fixture: Fixture): Results {
  const network = networkOf(fixture);
  const images = tensorOf<tf.Tensor4D>(fixture, "image");
  const simulation = simulate(network, images, { ...spikingOf(fixture), mode: "frozen" });
  const rates = new RateCounter();
  rates.add(simulation);
  const named = (prefix: string, values: Record<string, number>) =>
    Object.entries(values).map(([layer, value]) => [`${prefix}.${layer}`, value]);
  return {
    counts: simulation.counts.dataSync(),
    counts_after: tf.cumsum(simulation.outputs, 0).dataSync(),
    ...Object.fromEntries([...named("spikes", rates.totals()), ...named("rate", rates.rates())]),
  };
}
