import assert from "node:assert/strict";
import { crossEntropy } from "../../lib/learning/losses.ts";
import { tandemRule } from "../../lib/learning/rules/tandem.ts";
import type { IfNeuron } from "../../lib/ops/if_neuron.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { TANDEM_NORMS } from "../../lib/spiking/choices.ts";
import { assertAllClose } from "../assert_all_close.ts";
import { networkOf, smallImages, smallLabels } from "../small_network.ts";

const NEURON: IfNeuron = { threshold: 1, reset: "subtract", initialMembrane: 0 };

Deno.test("the last layer's gradient agrees with central differences of the spiking life's loss", () => {
  for (const norms of TANDEM_NORMS) checkLastGradient(norms);
});

function checkLastGradient(norms: typeof TANDEM_NORMS[number]): void {
  tf.tidy(() => {
    const network = networkOf(97);
    const batch = { images: smallImages(6, 98), targets: smallLabels(6) };
    const rule = tandemRule({ T: 5, neuron: NEURON, norms, stopAtSaturation: true });
    const { gradients, loss } = rule.step(network, batch, "frozen");
    assert.ok(rule.spiking !== undefined);
    const { spiking } = rule;
    const lossNow = () =>
      crossEntropy(spiking.output(spiking.simulate(network, batch.images)), batch.targets)
        .dataSync()[0] as number;
    assertAllClose(loss.dataSync(), [lossNow()], { rtol: 1e-5 });
    const kernel = network.parameters.get("linear2.kernel")?.value as tf.Variable;
    const start = kernel.dataSync().slice();
    const step = 1e-2;
    const at = (index: number, by: number) => {
      const moved = start.slice();
      moved[index] = (moved[index] as number) + by;
      kernel.assign(tf.tensor(moved, kernel.shape));
      return lossNow();
    };
    const wanted = Array.from(start, (_, index) => (at(index, step) - at(index, -step)) / (2 * step));
    // A loss of some units in float32 has noise of 1e-7 to 1e-6; over a step of 1e-2 that is 1e-4. Counts up to 5 make
    // the logits move by 0.05: differences of that size are off by 1e-3 of the gradient.
    assertAllClose((gradients.get("linear2.kernel") as tf.Tensor).dataSync(), wanted, {
      rtol: 1e-2,
      atol: 5e-4,
    });
    assert.ok(Math.max(...wanted.map(Math.abs)) > 0.1);
  });
}

Deno.test("a step leaves loss, output and gradients behind, no other tensor", () => {
  const network = networkOf(99);
  const batch = { images: smallImages(3, 100), targets: smallLabels(3) };
  for (const mode of ["frozen", "train"] as const) {
    const before = tf.memory().numTensors;
    for (const norms of TANDEM_NORMS) {
      const rule = tandemRule({ T: 4, neuron: NEURON, norms, stopAtSaturation: true });
      const { loss, output, gradients } = rule.step(network, batch, mode);
      assert.equal(tf.memory().numTensors - before, 2 + gradients.size);
      tf.dispose([loss, output, ...gradients.values()]);
    }
  }
});

Deno.test("what norms act on and how they follow batches must make sense", () => {
  const published = { T: 4, neuron: NEURON, norms: "of-counts", stopAtSaturation: false } as const;
  for (const normMomentum of [0, 1.1, NaN]) {
    assert.throws(
      () => tandemRule({ ...published, normMomentum }),
      /normMomentum is .*above 0 and at most 1/,
    );
  }
  const unknown = { ...published, norms: "none" } as unknown as typeof published;
  assert.throws(() => tandemRule(unknown), /norms is "none", but must be one of of-counts, per-step/);
});
