import { UsageError } from "../../errors.ts";
import type { IfNeuron } from "../../ops/if_neuron.ts";
import { tf } from "../../ops/tensorflow.ts";
import { checkSpiking } from "../../spiking/check_spiking.ts";
import { simulate } from "../../spiking/simulate.ts";
import { surrogateForward } from "../../spiking/surrogate.ts";
import { lossGradients } from "../loss_gradients.ts";
import { meanSquaredError } from "../losses.ts";
import type { LearningRule, SpikingLife } from "../rule.ts";

export interface SurrogateOptions {
  /** Time steps. */
  T: number;
  neuron: IfNeuron;
  /** Steepness of the ATan surrogate; 2 is SpikingJelly's. */
  alpha: number;
  /** Whether gradients stop at the reset. */
  detachReset: boolean;
}

/**
 * Surrogate-gradient learning: back-propagation through all T steps of the SNN, with the ATan derivative in place of
 * the spike's. The loss is the mean squared error between firing rates (counts / T) and the one-hot target.
 * Source: Neftci et al., arXiv 1901.09948; Fang et al., arXiv 2007.05785 (ATan; rates against one-hot).
 */
export function surrogateRule({ T, neuron, alpha, detachReset }: SurrogateOptions): LearningRule {
  checkSpiking("Learning by surrogate gradients", T, neuron);
  if (!(alpha > 0 && Number.isFinite(alpha))) {
    throw new UsageError(`Learning by surrogate gradients: alpha is ${alpha}, but must be a number above 0.`);
  }
  const surrogate = { neuron, alpha, detachReset };
  const spiking: SpikingLife = {
    T,
    simulate: (network, images, options) =>
      simulate(network, images, { T, neuron, mode: "frozen", ...options }),
    output: ({ counts, outputs }) => tf.div(counts, outputs.shape[0]),
  };
  return {
    name: "surrogate",
    lives: ["snn"],
    spiking,
    loss: meanSquaredError,
    step(network, { images, targets }, mode) {
      return lossGradients(network, () => {
        const spikes = surrogateForward(network, images, { T, surrogate, mode }); // [T, N, classes]
        const output = tf.mean(spikes, 0) as tf.Tensor2D;
        return { output, loss: meanSquaredError(output, targets) };
      });
    },
  };
}
