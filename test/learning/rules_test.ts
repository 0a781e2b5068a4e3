import assert from "node:assert/strict";
import { assertAllClose } from "../assert_all_close.ts";
import { assertDerivatives, centralDifferences, kinkPattern } from "../central_differences.ts";
import { networkOf, smallImages, smallLabels } from "../small_network.ts";
import { crossEntropy, meanSquaredError } from "../../lib/learning/losses.ts";
import { annRule } from "../../lib/learning/rules/ann.ts";
import type { LearningRule } from "../../lib/learning/rule.ts";
import { noReplacementRule } from "../../lib/learning/rules/no_replacement.ts";
import { proxyRule } from "../../lib/learning/rules/proxy.ts";
import { annForward } from "../../lib/models/ann.ts";
import { tf } from "../../lib/ops/tensorflow.ts";

const NEURON = { threshold: 0.5, reset: "hard", initialMembrane: 0 } as const;

// With frozen norms only: batch statistics move every pre-activation at once, over the kinks of ReLU and pooling.
// There the golden case proxy-step--train-count and the central differences of batch norm stand in.
Deno.test("the ann rule's gradients agree with central differences", () => {
  tf.tidy(() => {
    const network = networkOf(21);
    const batch = { images: smallImages(4, 22), targets: smallLabels(4) };
    const { gradients } = annRule(annForward).step(network, batch, "frozen");
    const loss = () => crossEntropy(annForward(network, batch.images, "frozen"), batch.targets);
    const pattern = () => kinkPattern(network, batch.images);
    assertDerivatives(gradients, centralDifferences(network, loss, pattern));
  });
});

Deno.test("the proxy rule's gradient is the ANN's Jacobian times the error of the spike counts", () => {
  tf.tidy(() => {
    for (const [output, target] of [["count", 1], ["count", 4], ["rate", 1]] as const) {
      const network = networkOf(23);
      const batch = { images: smallImages(4, 24), targets: smallLabels(4) };
      const rule = proxyRule({ T: 7, neuron: NEURON, output, target });
      const { gradients, output: spiking, loss } = rule.step(network, batch, "frozen");
      const error = tf.sub(spiking, tf.mul(batch.targets, target));
      assertAllClose(loss.dataSync(), tf.mean(tf.square(error)).dataSync());
      const outputGradient = tf.mul(error, 2 / (4 * 4)); // of the mean over batch x classes
      const { grads } = tf.variableGrads(
        () => tf.sum(tf.mul(annForward(network, batch.images, "frozen"), outputGradient)) as tf.Scalar,
        [...network.parameters.values()].map((parameter) => parameter.value),
      );
      for (const [name, { value }] of network.parameters) {
        const wanted = grads[value.name] as tf.Tensor;
        assertAllClose((gradients.get(name) as tf.Tensor).dataSync(), wanted.dataSync(), {
          rtol: 1e-5,
          atol: 1e-6,
        });
      }
      assert.ok(error.abs().max().dataSync()[0] as number > 0);
    }
  });
});

Deno.test("the control without replacement learns from the ANN's own error, and is read as the SNN of its weights", () => {
  tf.tidy(() => {
    const options = { T: 7, neuron: NEURON, output: "count", target: 2 } as const;
    const [rule, proxy] = [noReplacementRule(options), proxyRule(options)];
    const batch = { images: smallImages(4, 24), targets: smallLabels(4) };
    const network = networkOf(23);
    const { gradients, output, loss } = rule.step(network, batch, "frozen");
    assert.deepEqual(output.dataSync(), annForward(network, batch.images, "frozen").dataSync());
    const wanted = () =>
      meanSquaredError(annForward(network, batch.images, "frozen"), tf.mul(batch.targets, 2));
    assert.deepEqual(loss.dataSync(), wanted().dataSync());
    assertDerivatives(
      gradients,
      centralDifferences(network, wanted, () => kinkPattern(network, batch.images)),
    );
    const counts = (one: LearningRule) => one.spiking?.simulate(network, batch.images).counts.dataSync();
    assert.deepEqual(counts(rule), counts(proxy));
    assert.deepEqual(rule.lives, proxy.lives);
  });
});

Deno.test("without replacement both lives' statistics move as in proxy learning", () => {
  tf.tidy(() => {
    const options = { T: 5, neuron: NEURON, output: "count", target: 1 } as const;
    const statistics = [noReplacementRule, proxyRule].map((rule) => {
      const network = networkOf(25);
      rule(options).step(network, { images: smallImages(3, 26), targets: smallLabels(3) }, "train");
      return [...network.statistics].map(([name, value]) => [name, value.dataSync()]);
    });
    assert.deepEqual(statistics[0], statistics[1]);
  });
});

Deno.test("rate outputs are counts / T; both lives keep their own norm statistics", () => {
  tf.tidy(() => {
    const network = networkOf(25);
    const images = smallImages(3, 26);
    const read = (output: "count" | "rate") => {
      const { spiking } = proxyRule({ T: 5, neuron: NEURON, output, target: 1 });
      assert.ok(spiking !== undefined);
      return Array.from(spiking.output(spiking.simulate(network, images)).dataSync());
    };
    assertAllClose(read("rate"), read("count").map((count) => count / 5));
    const before = network.norms.ann.get("conv1.norm")?.mean.dataSync().slice() as Float32Array;
    proxyRule({ T: 5, neuron: NEURON, output: "count", target: 1 }).step(network, {
      images,
      targets: smallLabels(3),
    }, "train");
    const means = (life: "ann" | "snn") =>
      network.norms[life].get("conv2.norm")?.mean.dataSync() as Float32Array;
    assert.notDeepEqual(Array.from(means("ann")), Array.from(means("snn")));
    assert.notDeepEqual(
      Array.from(network.norms.ann.get("conv1.norm")?.mean.dataSync() ?? []),
      Array.from(before),
    );
  });
});

Deno.test("losses: hand-computed values", () => {
  tf.tidy(() => {
    const output = tf.tensor2d([[3, 0], [1, 1]]);
    const target = tf.tensor2d([[1, 0], [0, 1]]);
    assertAllClose(meanSquaredError(output, target).dataSync(), [5 / 4]);
    const logistic = (Math.log(1 + Math.exp(-3)) + Math.log(2)) / 2;
    assertAllClose(crossEntropy(output, target).dataSync(), [logistic]);
  });
});
