import assert from "node:assert/strict";
import { REPORTED, reportedValues } from "../../lib/experiments/reported.ts";
import { reportedTable } from "../../lib/report/reported_table.ts";

Deno.test("reported values: every one has a tag and a source, no two are the same", () => {
  const keys = REPORTED.map((value) => JSON.stringify(value));
  assert.equal(new Set(keys).size, keys.length);
  for (const { tag, source, metric, value } of REPORTED) {
    assert.ok(tag && source && (metric === "difference" ? value < 0 : value > 0));
  }
});

Deno.test("the proxy paper's numbers are those of its abstract and its code", () => {
  const own = reportedValues("fashion-mnist").filter(({ tag }) => tag !== "published");
  assert.deepEqual(own.map(({ value, tag }) => [value, tag]), [[94.56, "abstract"], [93.37, "code"], [
    91.01,
    "code",
  ]]);
  assert.equal(reportedValues("cifar-10", "SNN by proxy")[0]?.value, 93.11);
});

Deno.test("reported table: tag and source stand beside every number, and no other subject's", () => {
  const { rows } = reportedTable("spiking", "fashion-mnist");
  assert.equal(rows.length, 9);
  assert.ok(rows.every((row) => row[4] !== null && row[5] !== null));
  const methods = (
    table: ReturnType<typeof reportedTable>,
  ) => [...new Set(table.rows.map(([method]) => method))];
  assert.deepEqual(methods(reportedTable("convmixer", "cifar-10")), [
    "ConvMixer-256/8 k5 p2",
    "SplitMixer-I 0.28 M",
  ]);
  assert.ok(
    methods(reportedTable("spiking", "cifar-10")).every((method) => !/Mixer|SE-/.test(String(method))),
  );
});
