import { crossEntropy } from "../../../lib/learning/losses.ts";
import { lossGradients } from "../../../lib/learning/loss_gradients.ts";
import { type Classifier, type ClassifierSpec, createClassifier } from "../../../lib/models/classifier.ts";
import { convMixer, type ConvMixerOptions } from "../../../lib/models/convmixer.ts";
import { countParameters } from "../../../lib/models/model.ts";
import { seResNet, type SeResNetOptions } from "../../../lib/models/se_resnet.ts";
import { tf } from "../../../lib/ops/tensorflow.ts";
import type { Results } from "../compare.ts";
import { type Fixture, tensorOf } from "../fixture.ts";
import { oneHotOf } from "../network.ts";

type Image = readonly [number, number, number];

export function convMixerCase(fixture: Fixture): Results {
  const { kernelSize, patchSize, ...rest } = fixture.config as unknown as
    & { kernelSize: number; patchSize: number; image: Image }
    & Pick<ConvMixerOptions, "dim" | "depth" | "classes" | "sharing">;
  return evaluate(fixture, convMixer({ ...rest, kernel: kernelSize, patch: patchSize }));
}

export function seResNetCase(fixture: Fixture): Results {
  const { blocksPerStage, stemWidth, ...rest } = fixture.config as unknown as
    & { blocksPerStage: number; stemWidth: number }
    & Pick<SeResNetOptions, "widths" | "sharedStages" | "reduction" | "classes" | "image">;
  return evaluate(fixture, seResNet({ ...rest, n: blocksPerStage, stem: stemWidth }));
}

function evaluate(fixture: Fixture, spec: ClassifierSpec): Results {
  const images = tensorOf<tf.Tensor4D>(fixture, "images");
  const create = () => createClassifier(spec, (name) => tensorOf(fixture, name));
  const given = create();
  for (const [name, variable] of given.statistics) variable.assign(tensorOf(fixture, `statistics.${name}`));
  return {
    logitsEval: create().forward(images, "frozen").dataSync(),
    logitsEvalGivenStatistics: given.forward(images, "frozen").dataSync(),
    parameterCount: countParameters(given),
    ...train(fixture, create(), images),
  };
}

function train(fixture: Fixture, model: Classifier, images: tf.Tensor4D): Results {
  const targets = oneHotOf(fixture, model.classes);
  const { loss, output, gradients } = lossGradients(model, () => {
    const logits = model.forward(images, "train");
    return { output: logits, loss: crossEntropy(logits, targets) };
  });
  const values = (prefix: string, tensors: ReadonlyMap<string, tf.Tensor>) =>
    Object.fromEntries([...tensors].map(([name, tensor]) => [`${prefix}.${name}`, tensor.dataSync()]));
  return {
    logitsTrain: output.dataSync(),
    loss: loss.dataSync(),
    ...values("gradients", gradients),
    ...values("statisticsAfter", model.statistics),
  };
}
