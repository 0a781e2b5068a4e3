import { Adam } from "../../lib/learning/adam.ts";
import { proxyRule } from "../../lib/learning/rules/proxy.ts";
import { RELEASED } from "../../lib/experiments/fashion_mnist_proxy.ts";
import { disposeNetwork } from "../../lib/models/parameters.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import type { FashionSpec } from "../spec.ts";
import type { Inputs, Workload } from "../workload.ts";
import { countSpikes, fashionOf, inputTensor, neuronOf } from "./fashion.ts";

/** A learning rate of 0 keeps the spikes as dense as a trained network's; the arithmetic is the same. */
const LEARNING_RATE = 0;

/** One step of proxy learning with the released optimiser and frozen norms, as in 99 of its 100 epochs. */
export function proxyStep(spec: FashionSpec, inputs: Inputs): Workload {
  return {
    name: spec.name,
    images: spec.batch,
    setUp() {
      const network = fashionOf(spec, inputs);
      const rule = proxyRule({ T: spec.T, neuron: neuronOf(spec), output: "count", target: spec.target });
      const optimiser = new Adam(RELEASED.optimiser);
      const batch = {
        images: inputTensor<tf.Tensor4D>(inputs, "images"),
        oneHot: inputTensor<tf.Tensor2D>(inputs, "oneHot"),
      };
      return Promise.resolve({
        step: () =>
          tf.tidy(() => {
            const { loss, output, gradients } = rule.step(network, batch, "frozen");
            optimiser.apply(network.parameters, gradients, LEARNING_RATE);
            const value = loss.dataSync()[0] as number;
            tf.dispose([loss, output, ...gradients.values()]);
            return value;
          }),
        spikes: () => countSpikes(network, batch.images, spec),
        dispose() {
          tf.dispose([batch.images, batch.oneHot]);
          optimiser.dispose();
          disposeNetwork(network);
        },
      });
    },
  };
}
