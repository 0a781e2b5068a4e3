import { RELEASED } from "../../lib/experiments/proxy/fashion_mnist_proxy.ts";
import { Adam } from "../../lib/learning/adam.ts";
import type { LearningRule } from "../../lib/learning/rule.ts";
import { disposeModel } from "../../lib/models/model.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import type { FashionSpec } from "../spec.ts";
import type { Inputs, Workload } from "../workload.ts";
import { countSpikes, fashionOf } from "./fashion.ts";
import { inputTensor } from "./input_tensor.ts";

/** A learning rate of 0 keeps the spikes as dense as a trained network's; the arithmetic is the same. */
const LEARNING_RATE = 0;

/** One step of a learning rule with proxy learning's released optimiser. */
export function fashionStep(spec: FashionSpec, inputs: Inputs, rule: LearningRule): Workload {
  return {
    name: spec.name,
    images: spec.batch,
    setUp() {
      const network = fashionOf(spec, inputs);
      const optimiser = new Adam(RELEASED.optimiser);
      const batch = {
        images: inputTensor<tf.Tensor4D>(inputs, "images"),
        targets: inputTensor<tf.Tensor2D>(inputs, "targets"),
      };
      return Promise.resolve({
        step: () =>
          tf.tidy(() => {
            const { loss, output, gradients } = rule.step(network, batch, spec.norms ?? "frozen");
            optimiser.apply(network.parameters, gradients, LEARNING_RATE);
            const value = loss.dataSync()[0] as number;
            tf.dispose([loss, output, ...gradients.values()]);
            return value;
          }),
        spikes: () => countSpikes(network, batch.images, spec),
        dispose() {
          tf.dispose([batch.images, batch.targets]);
          optimiser.dispose();
          disposeModel(network);
        },
      });
    },
  };
}
