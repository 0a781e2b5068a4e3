import { UsageError } from "../../errors.ts";
import { tf } from "../../ops/tensorflow.ts";
import { checkSpiking } from "../../spiking/check_spiking.ts";
import { TANDEM_NORMS } from "../../spiking/choices.ts";
import { simulateLinearReadout } from "../../spiking/linear_readout.ts";
import {
  stepsOfANorm,
  tandemCounts,
  tandemForward,
  type TandemGradients,
  type TandemOptions,
} from "../../spiking/tandem.ts";
import { crossEntropy } from "../losses.ts";
import { lossGradients } from "../loss_gradients.ts";
import type { LearningRule, SpikingLife } from "../rule.ts";

/** The published rule has threshold 1, resets by subtraction, takes norms of counts and lets gradients pass at saturation. */
export type TandemRuleOptions = Omit<TandemOptions, "mode"> & TandemGradients;

/**
 * Tandem learning: at every layer the ANN's activation takes the SNN layer's spike count as value, so each layer's
 * error meets the counts that its weights really saw. The last layer is linear in the counts; softmax cross-entropy.
 * Source: Wu et al., arXiv 1907.01167; released code deepspike/tandem_learning, without its dropout before the last layer.
 */
export function tandemRule(options: TandemRuleOptions): LearningRule {
  checkTandem(options);
  const { T, neuron } = options;
  const spiking: SpikingLife = {
    T,
    simulate: (network, images, changes) =>
      simulateLinearReadout(network, images, {
        ...{ T, neuron, mode: "frozen", biasSteps: stepsOfANorm(options) },
        ...changes,
      }),
    output: ({ counts }) => counts,
  };
  return {
    name: "tandem",
    lives: ["snn"],
    spiking,
    loss: crossEntropy,
    step(network, { images, targets }, mode) {
      const inMode = { ...options, mode };
      const counts = tandemCounts(network, images, inMode);
      const result = lossGradients(network, () => {
        const output = tandemForward(network, images, counts, inMode);
        return { output, loss: crossEntropy(output, targets) };
      });
      tf.dispose([...counts.values()]);
      return result;
    },
  };
}

function checkTandem({ T, neuron, norms, normMomentum = 1 }: TandemRuleOptions): void {
  const doing = "Learning in tandem";
  checkSpiking(doing, T, neuron);
  if (!TANDEM_NORMS.includes(norms)) {
    throw new UsageError(`${doing}: norms is "${norms}", but must be one of ${TANDEM_NORMS.join(", ")}.`);
  }
  if (!(normMomentum > 0 && normMomentum <= 1)) {
    throw new UsageError(`${doing}: normMomentum is ${normMomentum}, but must be above 0 and at most 1.`);
  }
}
