import assert from "node:assert/strict";
import { datasetForRuns, sharingDatasets } from "../../lib/runs/assemble/dataset.ts";

Deno.test("runs that are made together share a data set, also while others begin and end; afterwards it is read anew", async () => {
  const first = await sharingDatasets(async () => {
    const dataset = datasetForRuns("fashion-mnist");
    await sharingDatasets(() => Promise.resolve(assert.equal(datasetForRuns("fashion-mnist"), dataset)));
    assert.equal(datasetForRuns("fashion-mnist"), dataset);
    return dataset;
  });
  assert.notEqual(datasetForRuns("fashion-mnist"), first);
});

Deno.test("what was read for runs that failed is let go", async () => {
  const seen: unknown[] = [];
  const failing = sharingDatasets(() => {
    seen.push(datasetForRuns("fashion-mnist"));
    return Promise.reject(new Error("a run failed"));
  });
  await assert.rejects(failing, /a run failed/);
  assert.notEqual(datasetForRuns("fashion-mnist"), seen[0]);
});
