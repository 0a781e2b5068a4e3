import assert from "node:assert/strict";
import type { Dataset } from "../../lib/data/dataset.ts";
import { splits } from "../../lib/runs/assemble/assemble.ts";

/** `count` images of one pixel, which is their place. */
function numbered(count: number) {
  const images = Uint8Array.from({ length: count }, (_, index) => index);
  return { images, labels: images, count };
}

const dataset: Dataset = {
  ...{ name: "numbers", shape: [1, 1, 1], classes: ["0"], sums: {} },
  ...{ train: numbered(20), test: numbered(5) },
};

function split(trainImages: number, heldOutImages: number | undefined, validationImages: number) {
  return splits(dataset, {
    data: { name: "fashion-mnist", trainImages, validationImages, testImages: 3, augmentation: "none" },
    evaluation: { timeSteps: 4, ...(heldOutImages === undefined ? {} : { heldOutImages }) },
  });
}

Deno.test("held-out images are neither trained on nor evaluated: before those of validation, at the end", () => {
  const { trained, evaluated, heldOut } = split(10, 4, 6);
  assert.deepEqual([...trained.images], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual([...heldOut.images], [10, 11, 12, 13]);
  assert.deepEqual([...evaluated.images], [14, 15, 16, 17, 18, 19]);
  assert.deepEqual([...split(10, 4, 0).heldOut.images], [16, 17, 18, 19]);
  assert.equal(split(10, undefined, 0).heldOut.count, 0);
  assert.throws(
    () => split(15, 6, 0),
    /^UsageError: Splitting numbers: 15 training, 6 held-out and 0 validation images were asked for, but the training set has 20; lower data.trainImages, evaluation.heldOutImages or data.validationImages\.$/,
  );
});
