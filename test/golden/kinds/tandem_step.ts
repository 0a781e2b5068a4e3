import { tandemRule } from "../../../lib/learning/rules/tandem.ts";
import { tf } from "../../../lib/ops/tensorflow.ts";
import { RateCounter } from "../../../lib/spiking/rates.ts";
import { simulateLinearReadout } from "../../../lib/spiking/linear_readout.ts";
import type { Results } from "../compare.ts";
import { type Fixture, tensorOf } from "../fixture.ts";
import { networkOf, oneHotOf, prefixed, spikingOf } from "../network.ts";

export function tandemStep(fixture: Fixture): Results {
  const { T, neuron } = spikingOf(fixture);
  const images = tensorOf<tf.Tensor4D>(fixture, "image");
  const network = networkOf(fixture);
  const counts: [string, ArrayLike<number>][] = [];
  const simulation = simulateLinearReadout(network, images, {
    ...{ T, neuron, mode: "frozen" },
    onSpikes: (layer, spikes) => counts.push([layer, tf.sum(spikes, 0).dataSync()]),
  });
  const rates = new RateCounter();
  rates.add(simulation);
  const batch = { images, targets: oneHotOf(fixture, network.classes) };
  const rule = tandemRule({ T, neuron, stopAtSaturation: false });
  const { loss, output, gradients } = rule.step(network, batch, "frozen");
  return {
    logits: output.dataSync(),
    loss: loss.dataSync(),
    ...prefixed("counts.", counts),
    ...prefixed("spikes.", Object.entries(rates.totals())),
    ...prefixed("grad.", [...gradients].map(([name, gradient]) => [name, gradient.dataSync()])),
  };
}
