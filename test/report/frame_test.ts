import assert from "node:assert/strict";
import { frame, overSeeds, spread, spreadOf, uniqueRecords } from "../../lib/report/frame.ts";
import { record, tableRecords } from "./records.ts";

function rows(records = tableRecords()): Record<string, unknown>[] {
  return overSeeds(frame(records)).objects() as Record<string, unknown>[];
}

Deno.test("frame: one row per record and life", () => {
  const lives = (frame(tableRecords()).objects() as Record<string, unknown>[]).map(({ row, life, seed }) =>
    `${row} ${life} ${seed}`
  );
  assert.deepEqual(lives, [
    ...[
      "proxy-k1 snn 1",
      "proxy-k1 ann 1",
      "proxy-k1 snn 2",
      "proxy-k1 ann 2",
      "proxy-k1 snn 3",
      "proxy-k1 ann 3",
    ],
    ...["proxy-k4 snn 2020", "proxy-k4 ann 2020", "ann ann 2020"],
  ]);
});

Deno.test("overSeeds: mean and sample sd over finished runs; a diverged one counts as a run, not as a number", () => {
  const [snn] = rows();
  const argmax = spreadOf(snn ?? {}, "lastArgmax");
  assert.equal(snn?.["runs"], 3);
  assert.equal(argmax?.n, 2);
  assert.ok(Math.abs((argmax?.mean ?? 0) - 0.76) < 1e-12);
  assert.ok(Math.abs((argmax?.sd ?? 0) - Math.sqrt(0.0008)) < 1e-12); // 0.74 and 0.78
});

Deno.test("overSeeds: one run has no sd, none has no mean", () => {
  const k4 = rows().find(({ row, life }) => row === "proxy-k4" && life === "snn") ?? {};
  assert.deepEqual(spreadOf(k4, "bestArgmax"), { mean: 0.85, sd: null, n: 1 });
  const [gone] = rows([record({ target: 1, curve: [], divergedAt: 1 })]);
  assert.equal(spreadOf(gone ?? {}, "lastArgmax"), null);
});

Deno.test("frame: a run trained here and the same trained elsewhere are two", () => {
  const here = record({ target: 1 });
  const trainedBy = { program: "PyTorch 2.11.0", device: "a GPU", precision: "bfloat16" };
  const elsewhere = { ...here, provenance: { ...here.provenance, trainedBy } };
  assert.equal(uniqueRecords([here, elsewhere, here]).length, 2);
});

Deno.test("frame: a record given twice counts once; another recipe under the same row stays apart", () => {
  const one = record({ target: 1 });
  assert.equal(rows([one, one])[0]?.["runs"], 1);
  const other = record({ target: 1, config: { training: { epochs: 3, batch: 50, freezeNormAfter: 1 } } });
  assert.equal(rows([one, other]).length, 4);
});

Deno.test("spread: of nothing is null", () => {
  assert.equal(spread([]), null);
  assert.deepEqual(spread([0.5]), { mean: 0.5, sd: null, n: 1 });
});
