import assert from "node:assert/strict";
import { assertAllClose } from "../assert_all_close.ts";
import { networkOf, smallImages, smallLabels } from "../small_network.ts";
import { globalNorm } from "../../lib/learning/clip.ts";
import { centralDifference, cosine, dot, moved, part } from "../../lib/learning/directions.ts";
import { crossEntropy } from "../../lib/learning/losses.ts";
import { annRule } from "../../lib/learning/rules/ann.ts";
import { annForward } from "../../lib/models/ann.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { UsageError } from "../../lib/errors.ts";

function step() {
  const network = networkOf(31);
  const batch = { images: smallImages(4, 32), targets: smallLabels(4) };
  const { gradients } = annRule(annForward).step(network, batch, "frozen");
  const loss = () => crossEntropy(annForward(network, batch.images, "frozen"), batch.targets);
  return { network, gradients, loss };
}

Deno.test("along a gradient the measured slope is the gradient's length, of all parameters and of each layer", () => {
  tf.tidy(() => {
    const { network, gradients, loss } = step();
    for (const prefix of ["", "conv1.", "conv2.", "linear1.", "linear2."]) {
      const some = part(gradients, prefix);
      const length = globalNorm(some);
      assert.ok(length > 0.01, `${prefix} has a gradient of length ${length}`);
      // A loss near 1 in float32 has noise of 1e-7, over 2h = 2e-3; kinks add a little.
      assertAllClose([centralDifference(network, some, loss)], [length], { rtol: 5e-3, atol: 1e-4 });
    }
    const opposite = new Map([...gradients].map(([name, one]) => [name, tf.neg(one)]));
    assertAllClose([centralDifference(network, opposite, loss)], [-globalNorm(gradients)], { rtol: 5e-3 });
  });
});

Deno.test("parameters are moved by the length asked for while something is measured, and put back bit for bit", () => {
  tf.tidy(() => {
    const { network, gradients } = step();
    const values = () => [...network.parameters.values()].map(({ value }) => value.dataSync().slice());
    const before = values();
    const distance = moved(network, gradients, -0.25, () => {
      const squares = values().flatMap((now, at) => {
        return Array.from(now, (value, index) => (value - (before[at]?.[index] as number)) ** 2);
      });
      return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
    });
    assertAllClose([distance], [0.25], { rtol: 1e-5 });
    assert.deepEqual(values(), before);
    assert.throws(() =>
      moved(network, gradients, 1, () => {
        throw new Error("stop");
      }), /stop/);
    assert.deepEqual(values(), before);
  });
});

Deno.test("gradients are compared as vectors, and what cannot be is refused", () => {
  tf.tidy(() => {
    const { network, gradients, loss } = step();
    const one = new Map([["a", tf.tensor1d([3, 0])], ["b", tf.tensor1d([4])]]);
    const other = new Map([["b", tf.tensor1d([2])], ["a", tf.tensor1d([0, 7])]]);
    assert.equal(dot(one, other), 8);
    assertAllClose([cosine(one, one), cosine(gradients, gradients)], [1, 1]);
    assert.equal(cosine(one, new Map([["a", tf.zeros([2])], ["b", tf.zeros([1])]])), NaN);
    const blocks = new Map(
      ["blocks.0.a", "blocks.12.a", "blocks.12.ab", "blocks.x.a"].map((name) => [name, tf.zeros([1])]),
    );
    assert.deepEqual([...part(blocks, "blocks.*.a").keys()], ["blocks.0.a", "blocks.12.a", "blocks.12.ab"]);
    assert.deepEqual([...part(blocks, "blocks.12.").keys()], ["blocks.12.a", "blocks.12.ab"]);
    assert.throws(() => part(blocks, "blocks?0"), UsageError);
    const refused: [() => unknown, RegExp][] = [
      [() => dot(one, gradients), /only one of them has "a"; take both of one model\.$/],
      [() => part(one, "c"), /^Taking the gradients of "c": there are none; use the start of one of a, b\.$/],
      [() => moved(network, new Map([["conv1.kernel", tf.zeros([3, 3, 2, 3])]]), 1, loss), /its length is 0/],
    ];
    for (const [call, message] of refused) {
      assert.throws(call, (error) => error instanceof UsageError && message.test(error.message));
    }
  });
});
