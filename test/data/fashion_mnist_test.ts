import assert from "node:assert/strict";
import { assertAllClose } from "../assert_all_close.ts";
import { loadDataset } from "../../lib/data/load.ts";
import { parseIdx } from "../../lib/data/idx.ts";

Deno.test("Fashion-MNIST is complete: sizes, counts per class, mean and sd of the pixels", () => {
  const { train, test, shape, classes } = loadDataset("fashion-mnist");
  assert.deepEqual([train.count, test.count, ...shape], [60_000, 10_000, 28, 28, 1]);
  assert.equal(classes.length, 10);
  for (const [split, each] of [[train, 6000], [test, 1000]] as const) {
    const counts = new Array(10).fill(0);
    for (const label of split.labels) counts[label]++;
    assert.deepEqual(counts, new Array(10).fill(each));
  }
  let [sum, squares] = [0, 0];
  for (const value of train.images) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / train.images.length / 255;
  const sd = Math.sqrt(squares / train.images.length / 255 ** 2 - mean ** 2);
  // The values that the community normalises by, given to four digits.
  assertAllClose([mean, sd], [0.2860, 0.3530], { rtol: 0, atol: 5e-5 });
  assert.deepEqual(Array.from(train.labels.subarray(0, 5)), [9, 0, 0, 3, 0]);
});

Deno.test("an unknown data set is refused", () => {
  assert.throws(() => loadDataset("imagenet"), /"imagenet": it is unknown; use one of fashion-mnist/);
});

Deno.test("a file that is not IDX, or has the wrong length, is refused", () => {
  assert.throws(() => parseIdx(new Uint8Array([1, 2, 3])), /magic number/);
  assert.throws(() => parseIdx(new Uint8Array([0, 0, 8, 1, 0, 0, 0, 5, 1, 2])), /2 values, not 5/);
  assert.deepEqual(parseIdx(new Uint8Array([0, 0, 8, 1, 0, 0, 0, 2, 7, 8])), {
    shape: [2],
    values: new Uint8Array([7, 8]),
  });
});
