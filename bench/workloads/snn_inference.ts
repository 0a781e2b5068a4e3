import { disposeModel } from "../../lib/models/model.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { simulate } from "../../lib/spiking/simulate.ts";
import type { FashionSpec } from "../spec.ts";
import type { Inputs, Workload } from "../workload.ts";
import { countSpikes, fashionOf, neuronOf } from "./fashion.ts";
import { inputTensor } from "./input_tensor.ts";

/** The spiking network over T steps on a batch of images, without learning. */
export function snnInference(spec: FashionSpec, inputs: Inputs): Workload {
  return {
    name: spec.name,
    images: spec.batch,
    setUp() {
      const network = fashionOf(spec, inputs);
      const images = inputTensor<tf.Tensor4D>(inputs, "images");
      const options = { T: spec.T, neuron: neuronOf(spec), mode: "frozen" } as const;
      return Promise.resolve({
        step: () => tf.tidy(() => tf.sum(simulate(network, images, options).counts).dataSync()[0] as number),
        spikes: () => countSpikes(network, images, spec),
        dispose() {
          images.dispose();
          disposeModel(network);
        },
      });
    },
  };
}
