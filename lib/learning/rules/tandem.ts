import type { IfNeuron } from "../../ops/if_neuron.ts";
import { tf } from "../../ops/tensorflow.ts";
import { checkSpiking } from "../../spiking/check_spiking.ts";
import { simulateLinearReadout } from "../../spiking/linear_readout.ts";
import { tandemCounts, tandemForward } from "../../spiking/tandem.ts";
import { crossEntropy } from "../losses.ts";
import { lossGradients } from "../loss_gradients.ts";
import type { LearningRule, SpikingLife } from "../rule.ts";

export interface TandemRuleOptions {
  /** Time steps. */
  T: number;
  /** The published one has threshold 1 and resets by subtraction. */
  neuron: IfNeuron;
  /** Whether gradients stop at neurons that should fire more often than T times; the published rule lets them pass. */
  stopAtSaturation: boolean;
}

/**
 * Tandem learning: at every layer the ANN's activation takes the SNN layer's spike count as value, so each layer's
 * error meets the counts that its weights really saw. The last layer is linear in the counts; softmax cross-entropy.
 * Source: Wu et al., arXiv 1907.01167. Here each step's current has the layer's full norm, as in the other rules' SNNs.
 */
export function tandemRule({ T, neuron, stopAtSaturation }: TandemRuleOptions): LearningRule {
  checkSpiking("Learning in tandem", T, neuron);
  const spiking: SpikingLife = {
    T,
    simulate: (network, images, options) =>
      simulateLinearReadout(network, images, { T, neuron, mode: "frozen", ...options }),
    output: ({ counts }) => counts,
  };
  return {
    name: "tandem",
    lives: ["snn"],
    spiking,
    loss: crossEntropy,
    step(network, { images, targets }, mode) {
      const options = { T, neuron, mode, stopAtSaturation };
      const counts = tandemCounts(network, images, options);
      const result = lossGradients(network, () => {
        const output = tandemForward(network, images, counts, options);
        return { output, loss: crossEntropy(output, targets) };
      });
      tf.dispose([...counts.values()]);
      return result;
    },
  };
}
