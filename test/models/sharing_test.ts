import assert from "node:assert/strict";
import { crossEntropy } from "../../lib/learning/losses.ts";
import { lossGradients } from "../../lib/learning/loss_gradients.ts";
import { type Classifier, createClassifier } from "../../lib/models/classifier.ts";
import { convMixer, type ConvMixerOptions } from "../../lib/models/convmixer.ts";
import { seResNet, type SeResNetOptions } from "../../lib/models/se_resnet.ts";
import { countParameters, disposeModel } from "../../lib/models/model.ts";
import { randomStream, randomUniform } from "../../lib/ops/random.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { assertAllClose } from "../assert_all_close.ts";

const MIXER: ConvMixerOptions = {
  ...{ dim: 6, depth: 3, kernel: 3, patch: 2, classes: 4, sharing: "none", image: [8, 8, 3] },
};
const RESNET: SeResNetOptions = {
  ...{ n: 2, stem: 4, widths: [4, 6], sharedStages: [], reduction: 2, classes: 4, image: [8, 8, 3] },
};

function gradientsOf(model: Classifier): ReadonlyMap<string, tf.Tensor> {
  const values = randomUniform(randomStream(1, "images"), 5 * 192, -1, 1);
  const images = tf.tensor4d(values, [5, 8, 8, 3]);
  const targets = tf.cast(tf.oneHot(tf.tensor1d([0, 1, 2, 3, 0], "int32"), 4), "float32") as tf.Tensor2D;
  return lossGradients(model, () => {
    const output = model.forward(images, "train");
    return { output, loss: crossEntropy(output, targets) };
  }).gradients;
}

/** The unshared model with the shared one's values at every use. */
function unrolled(
  shared: Classifier,
  create: (fill: (name: string) => tf.Tensor) => Classifier,
  source: (name: string) => string,
) {
  return create((name) => tf.add(shared.parameters.get(source(name))?.value as tf.Tensor, 0));
}

/** The gradient of a shared parameter must be the sum over the uses of it. */
function checkSums(shared: Classifier, unshared: Classifier, source: (name: string) => string): void {
  const sums = new Map<string, tf.Tensor>();
  for (const [name, gradient] of gradientsOf(unshared)) {
    const sum = sums.get(source(name));
    sums.set(source(name), sum === undefined ? gradient : tf.add(sum, gradient));
  }
  const gradients = gradientsOf(shared);
  assert.deepEqual([...gradients.keys()].sort(), [...sums.keys()].sort());
  for (const [name, gradient] of gradients) {
    // Sums of up to six gradients of order 0.1, whose terms the two models add in different orders.
    assertAllClose(gradient.dataSync(), (sums.get(name) as tf.Tensor).dataSync(), { rtol: 1e-4, atol: 1e-6 });
  }
}

Deno.test("a shared ConvMixer's gradient is the sum over its blocks, for every scheme", () => {
  for (const sharing of ["depthwise", "pointwise", "all"] as const) {
    tf.tidy(() => {
      const shared = createClassifier(convMixer({ ...MIXER, sharing }), 7);
      const source = (name: string) => {
        const [, layer, part] = /^blocks\.\d+\.(depthwise|pointwise)\.(kernel|bias)$/.exec(name) ?? [];
        return layer !== undefined && (sharing === "all" || sharing === layer)
          ? `shared.${layer}.${part}`
          : name;
      };
      const create = (fill: (name: string) => tf.Tensor) => createClassifier(convMixer(MIXER), fill);
      checkSums(shared, unrolled(shared, create, source), source);
    });
  }
});

Deno.test("a shared stage's gradient is the sum over its isomorphic convolutions", () => {
  for (const sharedStages of [[1], [2], [1, 2]]) {
    tf.tidy(() => {
      const shared = createClassifier(seResNet({ ...RESNET, sharedStages }), 8);
      const source = (name: string) => {
        const stage = /^stages\.(\d)\.blocks\.\d\.conv[12]\.kernel$/.exec(name)?.[1];
        return stage !== undefined && !shared.parameters.has(name) ? `stages.${stage}.shared.kernel` : name;
      };
      const create = (fill: (name: string) => tf.Tensor) => createClassifier(seResNet(RESNET), fill);
      checkSums(shared, unrolled(shared, create, source), source);
    });
  }
});

Deno.test("a stage that halves the image but keeps the channels has a shortcut of its own, and can be shared", () => {
  const options = { n: 2, stem: 4, widths: [4, 4], reduction: 4, classes: 3, image: [8, 8, 3] as const };
  const unshared = createClassifier(seResNet({ ...options, sharedStages: [] }), 1);
  const shared = createClassifier(seResNet({ ...options, sharedStages: [2] }), 1);
  assert.ok(unshared.parameters.has("stages.2.blocks.1.shortcut.kernel"));
  assert.ok(!unshared.parameters.has("stages.1.blocks.1.shortcut.kernel"));
  const logits = tf.tidy(() => shared.forward(tf.ones([2, 8, 8, 3]), "frozen").shape);
  assert.deepEqual(logits, [2, 3]);
  assert.equal(countParameters(unshared) - countParameters(shared), 3 * 9 * 4 * 4); // four kernels become one
  disposeModel(unshared);
  disposeModel(shared);
});

Deno.test("initial values depend on seed and name alone, and have PyTorch's spread", () => {
  tf.tidy(() => {
    const wide = { ...MIXER, dim: 64 };
    const values = (sharing: ConvMixerOptions["sharing"], seed: number, name: string) =>
      createClassifier(convMixer({ ...wide, sharing }), seed).parameters.get(name)?.value
        .dataSync() as Float32Array;
    const kernel = values("none", 3, "blocks.1.pointwise.kernel");
    assert.deepEqual(values("depthwise", 3, "blocks.1.pointwise.kernel"), kernel);
    assert.notDeepEqual(values("none", 4, "blocks.1.pointwise.kernel"), kernel);
    const largest = Math.max(...kernel.map(Math.abs));
    assert.ok(largest <= 1 / 8 && largest > 0.99 / 8, String(largest)); // 1 / sqrt(64)
    const conv = createClassifier(seResNet({ ...RESNET, stem: 64 }), 3).parameters.get("stem.kernel")?.value;
    const deviation = Math.sqrt(tf.mean(tf.square(conv as tf.Tensor)).dataSync()[0] as number);
    assertAllClose([deviation], [Math.sqrt(2 / 27)], { rtol: 0.05 }); // 1,728 values: the sd is known to 2 %
  });
});

Deno.test("options that make no sense are refused in one sentence", () => {
  const mixer = (change: object) => () => convMixer({ ...MIXER, ...change });
  const resnet = (change: object) => () => seResNet({ ...RESNET, ...change });
  const cases: [() => unknown, RegExp][] = [
    [mixer({ sharing: "most" }), /sharing is "most", but must be one of none, depthwise, pointwise/],
    [mixer({ kernel: 4 }), /kernel is 4, but must be odd/],
    [mixer({ patch: 3 }), /patch is 3, but must divide the image's 8 x 8 pixels/],
    [mixer({ dim: 0 }), /dim is 0, but must be a whole number of at least 1/],
    [mixer({ depth: 1.5 }), /depth is 1\.5, but must be a whole number/],
    [resnet({ sharedStages: [4] }), /stage 4 is to be shared, but the stages are 1, 2; name some of these/],
    [resnet({ sharedStages: [0] }), /stage 0 is to be shared/],
    [resnet({ reduction: 5 }), /reduction is 5, but must be at most 4, the smallest width/],
    [resnet({ widths: [4, 8, 16, 32, 64] }), /the image has 8 x 8 pixels, but 5 stages need 16 at least/],
  ];
  for (const [build, message] of cases) assert.throws(build, message);
});
