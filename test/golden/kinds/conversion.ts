import type { ConversionOptions } from "../../../lib/learning/rules/conversion.ts";
import { annForward } from "../../../lib/models/ann.ts";
import { foldNorms, type Weights } from "../../../lib/models/weighted_input.ts";
import type { Network } from "../../../lib/models/parameters.ts";
import type { Reset } from "../../../lib/ops/if_neuron.ts";
import { tf } from "../../../lib/ops/tensorflow.ts";
import { ActivationScales, type Scales } from "../../../lib/spiking/activation_scales.ts";
import { convertNetwork } from "../../../lib/spiking/convert.ts";
import { simulateLinearReadout } from "../../../lib/spiking/linear_readout.ts";
import { RateCounter } from "../../../lib/spiking/rates.ts";
import { simulate } from "../../../lib/spiking/simulate.ts";
import type { Results } from "../compare.ts";
import { type Fixture, tensorOf } from "../fixture.ts";
import { networkOf, prefixed } from "../network.ts";

export function conversion(fixture: Fixture): Results {
  const network = networkOf(fixture);
  const { percentile, normalisation } = fixture.config as { percentile: number; normalisation: string };
  const scales = { max: measure(fixture, network, 100), p999: measure(fixture, network, percentile) };
  const chosen = normalisation === "max" ? scales.max : scales.p999;
  const converted = convertNetwork(network, chosen);
  const results: Results = {
    "ann.output": annForward(network, tensorOf<tf.Tensor4D>(fixture, "image"), "frozen").dataSync(),
    "lambda.max": [...scales.max.values()],
    "lambda.p999": [...scales.p999.values()],
    ...weights("folded", foldNorms(network, "ann")),
    ...weights("normalised", foldNorms(converted, "ann")),
  };
  for (const reset of ["hard", "subtract"] as const) {
    for (const start of ["zero", "half"] as const) {
      Object.assign(results, spiking(fixture, converted, chosen, reset, start));
    }
  }
  return results;
}

function measure(fixture: Fixture, network: Network, percentile: number): Scales {
  const calibration = tensorOf<tf.Tensor4D>(fixture, "calibration");
  const activations = new ActivationScales(network, percentile, calibration.shape[0]);
  activations.add(calibration);
  return activations.scales();
}

function weights(prefix: string, layers: ReadonlyMap<string, Weights>): Results {
  const entries = [...layers].flatMap(([layer, { kernel, bias }]): [string, ArrayLike<number>][] => [
    [`${prefix}.${layer}.kernel`, kernel.dataSync()],
    ...(bias === undefined ? [] : [[`${prefix}.${layer}.bias`, bias.dataSync()] as [string, Float32Array]]),
  ]);
  return Object.fromEntries(entries);
}

function spiking(
  fixture: Fixture,
  converted: Network,
  scales: Scales,
  reset: Reset,
  start: "zero" | "half",
): Results {
  const { theta, T: steps, pooling, readout } = fixture.config as
    & { theta: number; T: number[] }
    & Partial<Pick<ConversionOptions, "pooling" | "readout">>;
  const T = Math.max(...steps);
  const neuron = { threshold: theta, reset, initialMembrane: start === "half" ? theta / 2 : 0 };
  const images = tensorOf<tf.Tensor4D>(fixture, "image");
  const simulateOutput = readout === "current" ? simulateLinearReadout : simulate;
  const simulation = simulateOutput(converted, images, { T, neuron, mode: "frozen", pooling });
  const rates = new RateCounter();
  rates.add(simulation);
  const sums = tf.gather(tf.cumsum(simulation.outputs, 0), steps.map((step) => step - 1)); // [steps, N, classes]
  const perStep = tf.div([...scales.values()].at(-1) as number, tf.tensor3d(steps, [steps.length, 1, 1]));
  return {
    [`counts.${reset}.${start}`]: sums.dataSync(),
    [`readout.${reset}.${start}`]: tf.mul(sums, perStep).dataSync(),
    ...prefixed(`spikes.${reset}.${start}.`, Object.entries(rates.totals())),
  };
}
