import assert from "node:assert/strict";
import { committedRecords } from "../../lib/experiments/existing.ts";
import { findExperiment } from "../../lib/experiments/experiments.ts";

Deno.test("committed records come in the experiment's order, so that colours and rows are those of its figures and tables", () => {
  for (
    const name of [
      "convmixer-crop-flip-cifar-10-in-pytorch",
      "se-resnet-full-width-cifar-10-in-pytorch",
      "fashion-mnist-learning-rules-in-pytorch",
    ]
  ) {
    const records = committedRecords(name);
    const rows = findExperiment(name).rows("study").map(({ id }) => id);
    const shown = [...new Set(records.map(({ row }) => row))];
    assert.ok(shown.length >= 3, name);
    assert.deepEqual(shown, rows.filter((row) => shown.includes(row)), name);
    for (const row of shown) {
      const seeds = records.filter((one) => one.row === row).map(({ config: { seed } }) => seed);
      assert.deepEqual(seeds, seeds.toSorted((a, b) => a - b), `${name}, ${row}`);
    }
  }
});
