import { Adam } from "../../../lib/learning/adam.ts";
import { proxyRule } from "../../../lib/learning/rules/proxy.ts";
import { annForward } from "../../../lib/models/ann.ts";
import { modelVariables } from "../../../lib/models/model.ts";
import type { tf } from "../../../lib/ops/tensorflow.ts";
import { RateCounter } from "../../../lib/spiking/rates.ts";
import { simulate } from "../../../lib/spiking/simulate.ts";
import type { Results } from "../compare.ts";
import { type Fixture, tensorOf } from "../fixture.ts";
import { networkOf, oneHotOf, prefixed, spikingOf } from "../network.ts";

export function proxyStep(fixture: Fixture): Results {
  const mode = fixture.config["batch_norm_mode"] as "train" | "frozen";
  const output = fixture.config["loss_input"] as "count" | "rate";
  const images = tensorOf<tf.Tensor4D>(fixture, "image");
  // Outputs are looked at on a copy: in train mode a forward pass moves the running statistics.
  const copy = networkOf(fixture);
  const annOutput = annForward(copy, images, mode);
  const simulation = simulate(copy, images, { ...spikingOf(fixture), mode });
  const rates = new RateCounter();
  rates.add(simulation);

  const network = networkOf(fixture);
  const rule = proxyRule({ ...spikingOf(fixture), output, target: 1 });
  const step = rule.step(network, { images, targets: oneHotOf(fixture, network.classes) }, mode);
  const optimiser = new Adam(adamOptions(fixture));
  optimiser.apply(network.parameters, step.gradients, learningRate(fixture));
  return {
    "ann.output": annOutput.dataSync(),
    "snn.counts": simulation.counts.dataSync(),
    "snn.rate": simulation.counts.div(fixture.config["T"] as number).dataSync(),
    loss: step.loss.dataSync(),
    ...prefixed("spikes.", Object.entries(rates.totals())),
    ...prefixed("grad.", [...step.gradients].map(([name, gradient]) => [name, gradient.dataSync()])),
    ...prefixed(
      "after.",
      [...modelVariables(network)].map(([name, variable]) => [name, variable.dataSync()]),
    ),
  };
}

/** Adam's constants in a fixture. */
export function adamOptions(fixture: Fixture) {
  const { beta1, beta2, epsilon, weight_decay } = fixture.config["optimizer"] as Record<string, number>;
  return {
    beta1: beta1 as number,
    beta2: beta2 as number,
    epsilon: epsilon as number,
    weightDecay: weight_decay as number,
  };
}

export function learningRate(fixture: Fixture): number {
  return (fixture.config["optimizer"] as { learning_rate: number }).learning_rate;
}
