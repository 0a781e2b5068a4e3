import { crossEntropy } from "../../lib/learning/losses.ts";
import { lossGradients } from "../../lib/learning/loss_gradients.ts";
import type { Optimiser } from "../../lib/learning/optimiser.ts";
import { type ClassifierSpec, createClassifier } from "../../lib/models/classifier.ts";
import { convMixer } from "../../lib/models/convmixer.ts";
import { disposeModel } from "../../lib/models/model.ts";
import { seResNet } from "../../lib/models/se_resnet.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import type { ConvMixerSpec, SeResnetSpec } from "../spec.ts";
import type { Inputs, Workload } from "../workload.ts";
import { inputTensor } from "./input_tensor.ts";

const CIFAR_10 = { classes: 10, image: [32, 32, 3] } as const;

/** The model of a kernel-sharing workload. */
export function classifierOf(spec: ConvMixerSpec | SeResnetSpec): ClassifierSpec {
  if (spec.kind === "convmixer-step") {
    return convMixer({ ...CIFAR_10, ...spec, sharing: spec.shared ? "all" : "none" });
  }
  const sharedStages = spec.shared ? spec.widths.map((_, index) => index + 1) : [];
  return seResNet({ ...CIFAR_10, ...spec, sharedStages, reduction: 16 });
}

/** A training step of a classifier: forward in training mode, cross entropy, backward, optimiser. */
export function trainingStep(
  spec: ConvMixerSpec | SeResnetSpec,
  inputs: Inputs,
  optimiser: Optimiser,
  learningRate: number,
): Workload {
  return {
    name: spec.name,
    images: spec.batch,
    setUp() {
      const model = createClassifier(classifierOf(spec), (name) => inputTensor(inputs, name));
      const images = inputTensor<tf.Tensor4D>(inputs, "images");
      const targets = inputTensor<tf.Tensor2D>(inputs, "targets");
      return Promise.resolve({
        step: () =>
          tf.tidy(() => {
            const { loss, output, gradients } = lossGradients(model, () => {
              const logits = model.forward(images, "train");
              return { output: logits, loss: crossEntropy(logits, targets) };
            });
            optimiser.apply(model.parameters, gradients, learningRate);
            const value = loss.dataSync()[0] as number;
            tf.dispose([loss, output, ...gradients.values()]);
            return value;
          }),
        dispose() {
          tf.dispose([images, targets]);
          optimiser.dispose();
          disposeModel(model);
        },
      });
    },
  };
}
