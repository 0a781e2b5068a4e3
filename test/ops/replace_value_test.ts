import assert from "node:assert/strict";
import { replaceValue } from "../../lib/ops/replace_value.ts";
import { tf } from "../../lib/ops/tensorflow.ts";

Deno.test("the value is the replacement's, the gradient flows to the graph alone", () => {
  tf.tidy(() => {
    const counts = tf.tensor1d([3, 5]);
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => replaceValue(x.mul(2), counts).square().sum())(
      tf.tensor1d([1, 1]),
    );
    assert.equal(value.dataSync()[0], 34);
    assert.deepEqual(Array.from(grad.dataSync()), [2 * 3 * 2, 2 * 5 * 2]);
  });
});
