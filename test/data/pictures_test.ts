import assert from "node:assert/strict";
import { UsageError } from "../../lib/errors.ts";
import type { Dataset } from "../../lib/data/dataset.ts";
import { channelPictures, examplePictures } from "../../lib/data/pictures.ts";

const DATA: Dataset = {
  name: "two by two",
  shape: [2, 2, 1],
  classes: ["light", "dark"],
  train: { images: Uint8Array.from({ length: 12 }, (_, at) => at), labels: Uint8Array.of(1, 0, 1), count: 3 },
  test: { images: Uint8Array.of(9, 9, 9, 9), labels: Uint8Array.of(0), count: 1 },
  sums: {},
};

Deno.test("example pictures are the first images with their classes", () => {
  const [first, second, ...others] = examplePictures(DATA, "train", 2);
  assert.deepEqual(others, []);
  assert.deepEqual([[...first?.pixels ?? []], first?.label], [[0, 1, 2, 3], "dark"]);
  assert.deepEqual([[...second?.pixels ?? []], second?.label], [[4, 5, 6, 7], "light"]);
  for (const count of [0, 4, 1.5]) {
    assert.throws(
      () => examplePictures(DATA, "train", count),
      new UsageError(
        `Showing images of two by two: ${count} are asked for, but it must be a whole number from 1 to 3.`,
      ),
    );
  }
});

Deno.test("channels become grey pictures: black at 0 and below, white at the largest value or where it is told", () => {
  const values = [0, -1, 2, 4, 1, 8]; // [1, 3, 2]
  const grey = (options = {}) =>
    channelPictures(values, [1, 3, 2], options).map(({ pixels, label }) => [label, ...pixels]);
  assert.deepEqual(grey({ name: "c" }), [["c1", 0, 63, 31], ["c2", 0, 127, 255]]);
  assert.deepEqual(grey({ white: 2, count: 1 }), [["1", 0, 255, 127]]);
  assert.deepEqual(channelPictures([0, 0], [1, 2, 1]).map(({ pixels }) => [...pixels]), [[0, 0]]);
  assert.throws(() => channelPictures(values, [2, 3, 2]), (error) => {
    return error instanceof UsageError &&
      /there are 6 values, but 2 x 3 x 2 need 12; take one/.test(error.message);
  });
});
