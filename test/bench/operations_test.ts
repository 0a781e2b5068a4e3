import assert from "node:assert/strict";
import { costOf } from "../../bench/operation_cost.ts";
import { mediansOf, type Operation, watchOperations } from "../../bench/operations.ts";
import { measurePeaks } from "../../bench/peaks.ts";
import { tf } from "../../lib/ops/tensorflow.ts";

Deno.test("a step's operations are counted with their times and costs, and not watched any longer once it has ended", async () => {
  const [a, b, x, filter] = [tf.ones([3, 5]), tf.ones([5, 7]), tf.ones([2, 8, 8, 3]), tf.ones([3, 3, 3, 4])];
  const step = () =>
    tf.tidy(() => {
      tf.matMul(a, b);
      tf.matMul(a, b);
      tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, "same");
    });
  const operations = await watchOperations(step);
  const before = structuredClone(operations);
  step();
  assert.deepEqual(operations, before);
  const of = (name: string) => operations.find((operation) => operation.name === name) as Operation;
  const product = of("BatchMatMulV2");
  assert.equal(product.calls, 2);
  assert.equal(product.flops, 2 * 2 * 3 * 5 * 7);
  assert.equal(product.bytes, 2 * 4 * (3 * 5 + 5 * 7 + 3 * 7));
  assert.equal(of("Conv2D").flops, 2 * (2 * 8 * 8 * 4) * (3 * 3 * 3));
  for (const { milliseconds } of operations) assert.ok(milliseconds > 0);
  tf.dispose([a, b, x, filter]);
});

Deno.test("a failing step ends the watch as well", async () => {
  await assert.rejects(watchOperations(() => Promise.reject(new Error("in vain"))), /in vain/);
  assert.ok(!Object.hasOwn(tf.backend(), "executeSingleOutput"));
});

Deno.test("a turned matrix has the same depth; an unknown operation has its memory alone", () => {
  tf.tidy(() => {
    const [turned, product] = [tf.ones([5, 3]), tf.ones([3, 7])];
    for (const name of ["BatchMatMulV2", "MatMul"]) {
      assert.equal(costOf(name, [turned, tf.ones([5, 7])], [product]).flops, 2 * 3 * 5 * 7);
    }
    assert.deepEqual(costOf("Relu", [product], [product]), { flops: 0, bytes: 4 * 42 });
  });
});

Deno.test("events cost an addition for each weight that a spike asks for, strided ones where an output looks", () => {
  tf.tidy(() => {
    const bits = tf.tensor([0b101, 0, 0, -1], [1, 1, 2, 2, 1], "int32");
    const inputs = [bits, tf.ones([3, 3, 32, 8]), tf.ones([8])];
    const fired = (side: number) => [tf.zeros([1, 1, side, side, 1], "int32")];
    assert.equal(costOf("WeightshareSpikeConvFire", inputs, fired(2)).flops, (2 + 32) * 9 * 8);
    assert.equal(costOf("WeightshareSpikeConvFire", inputs, fired(1)).flops, (2 + 32) * 9 * 8 / 4);
    const gradient = [tf.ones([3, 3, 32, 8])];
    const dy = tf.ones([1, 1, 2, 2, 8]);
    assert.equal(costOf("WeightshareSpikeFilterGradient", [...inputs, dy], gradient).flops, (2 + 32) * 9 * 8);
  });
});

Deno.test("Winograd's arithmetic is that of its points, a quarter of the direct one", () => {
  tf.tidy(() => {
    const [x, kernel] = [tf.ones([2, 8, 8, 5]), tf.ones([3, 3, 5, 6])];
    const { flops } = costOf("WeightshareWinogradConv", [x, kernel], [tf.ones([2, 8, 8, 6])]);
    assert.equal(flops, 2 * (2 * 8 * 8 * 6) * (9 * 5) / 4);
  });
});

Deno.test("an operation's time is the median over the steps", () => {
  const step = (...times: number[]): Operation[] =>
    times.map((milliseconds, index) => ({ name: `${index}`, calls: 1, milliseconds, flops: 0, bytes: 0 }));
  const medians = mediansOf([step(1, 5), step(9, 2), step(2, 3)]);
  assert.deepEqual(medians.map(({ name, milliseconds }) => [name, milliseconds]), [["1", 3], ["0", 2]]);
});

Deno.test("peaks are more than a thousandth and less than a thousand times of what a core may reach", () => {
  const { flops, bytes } = measurePeaks();
  assert.ok(flops > 1e8 && flops < 1e14 && bytes > 1e7 && bytes < 1e13);
});
