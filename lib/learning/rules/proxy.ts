import { UsageError } from "../../errors.ts";
import { annForward } from "../../models/ann.ts";
import { replaceValue } from "../../ops/replace_value.ts";
import { tf } from "../../ops/tensorflow.ts";
import type { IfNeuron } from "../../ops/if_neuron.ts";
import { checkSpiking } from "../../spiking/check_spiking.ts";
import { simulate } from "../../spiking/simulate.ts";
import { lossGradients } from "../loss_gradients.ts";
import { meanSquaredError } from "../losses.ts";
import type { LearningRule, SpikingLife } from "../rule.ts";

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
 *
 * ```ts
 * import { proxyRule } from "weightshare/learning";
 * import { createNetwork, fashionNetwork } from "weightshare/models";
 * import { tf } from "weightshare/ops";
 *
 * const network = createNetwork(fashionNetwork(1 / 16), 1);
 * const neuron = { threshold: 2, reset: "hard", initialMembrane: 0 } as const;
 * const rule = proxyRule({ T: 15, neuron, output: "count", target: 1 });
 * const batch = { images: tf.ones<tf.Rank.R4>([2, 28, 28, 1]), targets: tf.eye(10).slice(0, 2) as tf.Tensor2D };
 * const { loss, output, gradients } = rule.step(network, batch, "train");
 * console.log(loss.dataSync()[0], output.shape, gradients.get("conv1.kernel")?.shape);
 * ```
 */
export function proxyRule({ T, neuron, output, target }: ProxyOptions): LearningRule {
  checkSpiking("Learning by proxy", T, neuron);
  const most = output === "count" ? T : 1;
  if (!(target > 0 && target <= most)) {
    throw new UsageError(
      `Learning by proxy: the target is ${target}, but must be above 0 and at most ${most}, what ${T} time steps allow.`,
    );
  }
  const loss = (found: tf.Tensor2D, targets: tf.Tensor2D) =>
    meanSquaredError(found, tf.mul(targets, target) as tf.Tensor2D);
  const spiking: SpikingLife = {
    T,
    simulate: (network, images, options) =>
      simulate(network, images, { T, neuron, mode: "frozen", ...options }),
    output: ({ counts, outputs }) => output === "rate" ? tf.div(counts, outputs.shape[0]) : counts,
  };
  return {
    name: "proxy",
    lives: ["snn", "ann"],
    spiking,
    loss,
    step(network, { images, targets }, mode) {
      const value = tf.tidy(() => spiking.output(simulate(network, images, { T, neuron, mode })));
      const result = lossGradients(network, () => {
        const replaced = replaceValue(annForward(network, images, mode), value);
        return { output: replaced, loss: loss(replaced, targets) };
      });
      value.dispose();
      return result;
    },
    outputs: (network, images) => annForward(network, images, "frozen"),
  };
}
