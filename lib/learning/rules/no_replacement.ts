import { annForward } from "../../models/ann.ts";
import type { Network } from "../../models/parameters.ts";
import { tf } from "../../ops/tensorflow.ts";
import { simulate } from "../../spiking/simulate.ts";
import { lossGradients } from "../loss_gradients.ts";
import type { LearningRule } from "../rule.ts";
import { type ProxyOptions, proxyRule } from "./proxy.ts";

/**
 * The control of proxy learning: the same loss on the ANN's own output, which the SNN's does not replace; the SNN is read from
 * the same weights. While norms train it runs only to keep its own running statistics. What proxy learning reaches beyond it is
 * owed to the replacement.
 */
export function noReplacementRule(options: ProxyOptions): LearningRule {
  const proxy = proxyRule(options);
  return {
    ...proxy,
    name: "no-replacement",
    step(network, { images, targets }, mode) {
      if (mode === "train") moveSpikingStatistics(network, images, options);
      return lossGradients(network, () => {
        const output = annForward(network, images, mode);
        return { output, loss: proxy.loss(output, targets) };
      });
    },
  };
}

function moveSpikingStatistics(network: Network, images: tf.Tensor4D, { T, neuron }: ProxyOptions): void {
  tf.tidy(() => void simulate(network, images, { T, neuron, mode: "train" }));
}
