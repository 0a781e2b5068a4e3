import assert from "node:assert/strict";
import { optimiserOf } from "../../lib/learning/optimisers.ts";
import type { RunConfig } from "../../lib/runs/config/config.ts";
import { RELEASED_CONVMIXER } from "../../lib/experiments/sharing/convmixer_sharing.ts";
import { RELEASED_SE_RESNET } from "../../lib/experiments/sharing/se_resnet_sharing.ts";
import { crossEntropy } from "../../lib/learning/losses.ts";
import { lossGradients } from "../../lib/learning/loss_gradients.ts";
import { type Classifier, type ClassifierSpec, createClassifier } from "../../lib/models/classifier.ts";
import { convMixer } from "../../lib/models/convmixer.ts";
import { countParameters, disposeModel } from "../../lib/models/model.ts";
import { seResNet } from "../../lib/models/se_resnet.ts";
import { tf } from "../../lib/ops/tensorflow.ts";

/** Tensors and bytes that exist of a model before, during and after one training step. */
interface Kept {
  parameters: number;
  gradients: number;
  /** What the optimiser keeps, scalars aside: its moments. */
  state: number;
  gradientBytes: number;
  stateBytes: number;
}

async function measure(spec: ClassifierSpec, config: RunConfig["optimiser"]): Promise<Kept> {
  const before = tf.memory();
  const model: Classifier = createClassifier(spec, 3);
  const statistics = model.statistics.size;
  const parameters = tf.memory().numTensors - before.numTensors - statistics;
  const optimiser = await optimiserOf(config).make(config);
  const built = tf.memory();
  let [gradients, gradientBytes] = [0, 0];
  tf.tidy(() => {
    const targets = tf.cast(tf.oneHot(tf.tensor1d([0, 1], "int32"), 4), "float32") as tf.Tensor2D;
    const result = lossGradients(model, () => {
      const output = model.forward(
        tf.randomUniform([2, 8, 8, 3], -1, 1, "float32", 5) as tf.Tensor4D,
        "train",
      );
      return { output, loss: crossEntropy(output, targets) };
    });
    gradients = result.gradients.size;
    gradientBytes = [...result.gradients.values()].reduce((sum, { size }) => sum + 4 * size, 0);
    optimiser.apply(model.parameters, result.gradients, 1e-3);
    result.output.dispose();
  });
  const after = tf.memory();
  const kept = {
    ...{ parameters, gradients, gradientBytes },
    state: after.numTensors - built.numTensors,
    stateBytes: after.numBytes - built.numBytes,
  };
  assert.equal(gradientBytes, 4 * countParameters(model));
  optimiser.dispose();
  disposeModel(model);
  assert.equal(tf.memory().numTensors, before.numTensors);
  return kept;
}

Deno.test("a shared ConvMixer's kernels, gradients and moments exist once, however deep it is", async () => {
  const of = (depth: number, sharing: "none" | "all") =>
    measure(
      convMixer({ dim: 6, depth, kernel: 3, patch: 2, classes: 4, sharing, image: [8, 8, 3] }),
      RELEASED_CONVMIXER.optimiser,
    );
  const [none, all] = [await of(5, "none"), await of(5, "all")];
  const [norms, kernels] = [4, 4]; // of a block: gamma and beta twice; kernel and bias twice
  assert.equal(none.parameters - all.parameters, 4 * kernels);
  assert.equal(all.parameters, (await of(3, "all")).parameters + 2 * norms);
  for (const { parameters, gradients, gradientBytes, state, stateBytes } of [none, all]) {
    assert.equal(gradients, parameters);
    assert.equal(state, 2 * parameters); // AdamW's two moments
    assert.equal(stateBytes, 2 * gradientBytes);
  }
});

Deno.test("a shared stage's kernel, gradient and momentum exist once, however many blocks use it", async () => {
  const of = (n: number, sharedStages: number[]) =>
    measure(
      seResNet({ n, stem: 4, widths: [4, 6], sharedStages, reduction: 2, classes: 4, image: [8, 8, 3] }),
      RELEASED_SE_RESNET.optimiser,
    );
  const [none, all] = [await of(3, []), await of(3, [1, 2])];
  // A stage of 3 blocks has 6 convolutions; the first of a stage that changes width has a shape of its own.
  assert.equal(none.parameters - all.parameters, (6 - 1) + (5 - 1));
  for (const { parameters, gradients, gradientBytes, state, stateBytes } of [none, all]) {
    assert.equal(gradients, parameters);
    assert.equal(state, parameters); // momentum
    assert.equal(stateBytes, gradientBytes);
  }
});
