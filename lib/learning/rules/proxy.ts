import { annForward } from "../../models/ann.ts";
import type { Network } from "../../models/parameters.ts";
import type { NormMode } from "../../models/weighted_input.ts";
import { replaceValue } from "../../ops/replace_value.ts";
import { tf } from "../../ops/tensorflow.ts";
import type { IfNeuron } from "../../spiking/neuron.ts";
import { simulate } from "../../spiking/simulate.ts";
import { lossGradients } from "../loss_gradients.ts";
import { meanSquaredError } from "../losses.ts";
import type { LearningRule, SpikingOptions } from "../rule.ts";

export interface ProxyOptions {
  /** Time steps. */
  T: number;
  neuron: IfNeuron;
  /** What enters the loss: raw spike counts, or counts / T. */
  output: "count" | "rate";
  /** The true class's target: K spikes, or a rate of 1. Other classes' target is 0. */
  target: number;
}

/**
 * Proxy learning: SNN and ANN run independently on shared weights; the ANN's output takes the SNN's value but keeps its
 * own graph, so the SNN's error is back-propagated through the ANN.
 * Source: PL, arXiv 2109.13208; step for step the released Fashion-MNIST notebook with output "count", target 1.
 */
export function proxyRule(options: ProxyOptions): LearningRule {
  const loss = (output: tf.Tensor2D, oneHot: tf.Tensor2D) =>
    meanSquaredError(output, tf.mul(oneHot, options.target) as tf.Tensor2D);
  return {
    name: "proxy",
    lives: ["snn", "ann"],
    T: options.T,
    loss,
    step(network, { images, oneHot }, mode) {
      const spiking = snnOutput(network, images, mode, options);
      const result = lossGradients(network, () => {
        const output = replaceValue(annForward(network, images, mode), spiking);
        return { output, loss: loss(output, oneHot) };
      });
      spiking.dispose();
      return result;
    },
    outputs: (network, life, images, spiking) =>
      life === "ann"
        ? annForward(network, images, "frozen")
        : snnOutput(network, images, "frozen", options, spiking),
  };
}

function snnOutput(
  network: Network,
  images: tf.Tensor4D,
  mode: NormMode,
  { neuron, T, output }: ProxyOptions,
  { T: otherT, ...observe }: SpikingOptions = {},
): tf.Tensor2D {
  return tf.tidy(() => {
    const counts = simulate(network, images, { T: otherT ?? T, neuron, mode, ...observe });
    return output === "rate" ? tf.div(counts, otherT ?? T) : counts;
  });
}
