import { surrogateRule } from "../../../lib/learning/rules/surrogate.ts";
import { modelVariables } from "../../../lib/models/model.ts";
import { tf } from "../../../lib/ops/tensorflow.ts";
import { RateCounter } from "../../../lib/spiking/rates.ts";
import { simulate } from "../../../lib/spiking/simulate.ts";
import type { Results } from "../compare.ts";
import { type Fixture, tensorOf } from "../fixture.ts";
import { networkOf, oneHotOf, prefixed, spikingOf } from "../network.ts";

export function surrogateStep(fixture: Fixture): Results {
  const { batch_norm_mode, surrogate, detach_reset } = fixture.config as {
    batch_norm_mode: "train" | "frozen";
    surrogate: { alpha: number };
    detach_reset: boolean;
  };
  const { T, neuron } = spikingOf(fixture);
  const images = tensorOf<tf.Tensor4D>(fixture, "image");
  // Spikes are counted on a copy: in train mode a forward pass moves the running statistics.
  const copy = networkOf(fixture);
  const rates = new RateCounter();
  rates.add(simulate(copy, images, { T, neuron, mode: batch_norm_mode }));

  const network = networkOf(fixture);
  const rule = surrogateRule({ T, neuron, alpha: surrogate.alpha, detachReset: detach_reset });
  const batch = { images, targets: oneHotOf(fixture, network.classes) };
  const { loss, output, gradients } = rule.step(network, batch, batch_norm_mode);
  return {
    counts: tf.mul(output, T).dataSync(),
    loss: loss.dataSync(),
    ...prefixed("spikes.", Object.entries(rates.totals())),
    ...prefixed("grad.", [...gradients].map(([name, gradient]) => [name, gradient.dataSync()])),
    ...prefixed(
      "after.",
      [...modelVariables(network)].map(([name, variable]) => [name, variable.dataSync()]),
    ),
  };
}
