import assert from "node:assert/strict";
import { orderedBatches, shuffledBatches } from "../../lib/data/batches.ts";
import type { Split } from "../../lib/data/dataset.ts";

const SHAPE = [5, 5, 1] as const;

/** Image i is filled with the value i + 1 and has label i. */
function numbered(count: number): Split {
  const images = Uint8Array.from({ length: count * 25 }, (_, index) => Math.floor(index / 25) + 1);
  return { images, labels: Uint8Array.from({ length: count }, (_, index) => index), count };
}

Deno.test("every epoch shows every image once, in an order of its own that the seed decides", () => {
  const source = (seed: number) =>
    shuffledBatches(numbered(20), SHAPE, { batch: 5, seed, augmentation: "none" });
  const labels = (seed: number, epoch: number) =>
    Array.from({ length: 4 }, (_, step) => Array.from(source(seed).batch(epoch, step).labels)).flat();
  assert.deepEqual([...labels(1, 1)].sort((a, b) => a - b), Array.from({ length: 20 }, (_, index) => index));
  assert.deepEqual(labels(1, 2), labels(1, 2));
  assert.notDeepEqual(labels(1, 1), labels(1, 2));
  assert.notDeepEqual(labels(1, 1), labels(2, 1));
});

Deno.test("a batch depends on epoch and step alone, not on what was asked before", () => {
  const options = { batch: 4, seed: 3, augmentation: "crop26-pad1" } as const;
  const walked = shuffledBatches(numbered(12), SHAPE, options);
  for (let epoch = 1; epoch <= 3; epoch++) for (let step = 0; step < 3; step++) walked.batch(epoch, step);
  const jumped = shuffledBatches(numbered(12), SHAPE, options);
  assert.deepEqual(jumped.batch(2, 1), walked.batch(2, 1));
});

Deno.test("images stay with their labels, scaled to [0, 1]", () => {
  const batch = shuffledBatches(numbered(6), SHAPE, { batch: 6, seed: 1, augmentation: "none" }).batch(1, 0);
  batch.labels.forEach((label, row) => {
    assert.ok(
      batch.images.subarray(row * 25, (row + 1) * 25).every((pixel) =>
        pixel === Math.fround((label + 1) / 255)
      ),
    );
  });
});

Deno.test("crop and pad: a zero border, and inside it the image moved by at most one", () => {
  const pixels = Uint8Array.from({ length: 25 }, (_, index) => index + 1);
  const split: Split = { images: pixels, labels: new Uint8Array(1), count: 1 };
  const source = shuffledBatches(split, SHAPE, { batch: 1, seed: 1, augmentation: "crop26-pad1" });
  const seen = new Set<string>();
  for (let epoch = 1; epoch <= 200; epoch++) {
    const image = Array.from(source.batch(epoch, 0).images, (pixel) => Math.round(pixel * 255));
    const at = (y: number, x: number) => image[y * 5 + x] as number;
    for (let edge = 0; edge < 5; edge++) {
      assert.deepEqual([at(0, edge), at(4, edge), at(edge, 0), at(edge, 4)], [0, 0, 0, 0]);
    }
    const [down, right] = [Math.floor((at(2, 2) - 1) / 5) - 2, (at(2, 2) - 1) % 5 - 2];
    assert.ok(Math.abs(down) <= 1 && Math.abs(right) <= 1);
    for (let y = 1; y < 4; y++) {
      for (let x = 1; x < 4; x++) assert.equal(at(y, x), (y + down) * 5 + x + right + 1);
    }
    seen.add(`${down},${right}`);
  }
  assert.equal(seen.size, 9);
});

Deno.test("ordered batches cover every image, the last batch as small as it comes", () => {
  const source = orderedBatches(numbered(7), SHAPE, 3);
  const sizes = Array.from({ length: source.steps }, (_, step) => source.batch(1, step).size);
  assert.deepEqual(sizes, [3, 3, 1]);
});
