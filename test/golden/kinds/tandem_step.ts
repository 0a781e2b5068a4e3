import { tandemRule, type TandemRuleOptions } from "../../../lib/learning/rules/tandem.ts";
import { modelVariables } from "../../../lib/models/model.ts";
import { tf } from "../../../lib/ops/tensorflow.ts";
import { RateCounter } from "../../../lib/spiking/rates.ts";
import type { Simulation } from "../../../lib/spiking/simulation.ts";
import type { Results } from "../compare.ts";
import { type Fixture, tensorOf } from "../fixture.ts";
import { networkOf, oneHotOf, prefixed, spikingOf } from "../network.ts";

export function tandemStep(fixture: Fixture): Results {
  const options = optionsOf(fixture);
  const mode = fixture.config["batch_norm_mode"] as "train" | "frozen";
  const images = tensorOf<tf.Tensor4D>(fixture, "image");
  const network = networkOf(fixture);
  const batch = { images, targets: oneHotOf(fixture, network.classes) };
  const rule = tandemRule(options);
  const { loss, output, gradients } = rule.step(network, batch, mode);
  // The SNN of a step has the statistics that the step leaves behind, so it is looked at afterwards.
  const counts: [string, ArrayLike<number>][] = [];
  const simulation = rule.spiking?.simulate(network, images, {
    onSpikes: (layer, spikes) => counts.push([layer, tf.sum(spikes, 0).dataSync()]),
  }) as Simulation;
  const rates = new RateCounter();
  rates.add(simulation);
  return {
    logits: output.dataSync(),
    loss: loss.dataSync(),
    ...prefixed("counts.", counts),
    ...prefixed("spikes.", Object.entries(rates.totals())),
    ...prefixed("grad.", [...gradients].map(([name, gradient]) => [name, gradient.dataSync()])),
    ...prefixed(
      "after.",
      [...modelVariables(network)].map(([name, variable]) => [name, variable.dataSync()]),
    ),
  };
}

function optionsOf(fixture: Fixture): TandemRuleOptions {
  const { norm, stop_at_saturation, batch_norm } = fixture.config as {
    norm?: "of-counts";
    stop_at_saturation?: boolean;
    batch_norm: { momentum: number };
  };
  return {
    ...spikingOf(fixture),
    norms: norm ?? "per-step",
    normMomentum: batch_norm.momentum,
    stopAtSaturation: stop_at_saturation ?? false,
  };
}
