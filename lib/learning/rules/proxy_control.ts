import { UsageError } from "../../errors.ts";
import { replaceValue } from "../../ops/replace_value.ts";
import { tf } from "../../ops/tensorflow.ts";
import { simulate } from "../../spiking/simulate.ts";
import { controlledForward, type ProxyControls } from "../controlled_forward.ts";
import { lossGradients } from "../loss_gradients.ts";
import { meanSquaredError } from "../losses.ts";
import type { LearningRule, SpikingLife } from "../rule.ts";
import { type ProxyOptions, proxyRule } from "./proxy.ts";

export interface ProxyControlOptions extends ProxyOptions, ProxyControls {
  /** Weight of a second term, the squared distance of the ANN's own output to the SNN's; 0 or absent: none. */
  hold?: number | undefined;
  /** Of the random feedback. */
  seed?: number | undefined;
}

/**
 * Controls of proxy learning, each for an explanation of why it works: what the ANN's way back owes to its own activations, to its own
 * masks, to its own weights, and to an output that may run away from the SNN's.
 */
export function proxyControlRule({ hold = 0, seed = 1, ...options }: ProxyControlOptions): LearningRule {
  const proxy = proxyRule(options);
  if (!(hold >= 0 && Number.isFinite(hold))) {
    throw new UsageError(`Learning by a controlled proxy: hold is ${hold}, but must be a number from 0 up.`);
  }
  const spiking = proxy.spiking as SpikingLife;
  return {
    ...proxy,
    name: "proxy-control",
    step(network, { images, targets }, mode) {
      const spikes = new Map<string, tf.Tensor>();
      const value = tf.tidy(() => {
        const onSpikes = (layer: string, one: tf.Tensor) => void spikes.set(layer, tf.keep(tf.clone(one)));
        const { T, neuron } = options;
        return spiking.output(simulate(network, images, { T, neuron, mode, onSpikes }));
      });
      const result = lossGradients(network, () => {
        const output = controlledForward(network, images, { mode, spikes, controls: options, seed });
        const replaced = replaceValue(output, value);
        const loss = proxy.loss(replaced, targets);
        if (hold === 0) return { output: replaced, loss };
        const apart = tf.mul(meanSquaredError(output, value), hold) as tf.Scalar;
        return { output: replaced, loss: tf.add(loss, apart) };
      });
      tf.dispose([value, ...spikes.values()]);
      return result;
    },
  };
}
