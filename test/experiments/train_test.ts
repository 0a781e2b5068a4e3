import assert from "node:assert/strict";
import { train } from "../../lib/experiments/train.ts";
import { listRecords } from "../../lib/runs/store.ts";
import { accuracyOverTime } from "../../lib/report/proxy/accuracy_over_time.ts";
import { inResults } from "../in_results.ts";
import { proxyTable } from "../../lib/report/proxy/table.ts";

const TINY = { epochs: 1, trainImages: 40, testImages: 20, batch: 20, width: 1 / 64 };
const ROW = { row: "proxy-k1", profile: "smoke" };

Deno.test("a changed row gives a record like any other, and tables and figures take a sweep of them", async () => {
  await inResults(async () => {
    const set = { ...TINY, "rule.threshold": 1 };
    const records = await train("fashion-mnist-proxy", { ...ROW, set, sweep: { "rule.T": [3, 5] } });
    assert.deepEqual(
      records.map(({ row, config: { rule } }) => [/^proxy-k1 with .* rule\.T=(\d)$/.exec(row)?.[1], rule]),
      [3, 5].map((T) => [String(T), { ...records[0]?.config.rule, T }]),
    );
    assert.deepEqual(listRecords({ profile: "smoke" }).map(({ hash }) => hash).sort(), [
      ...records.map(({ hash }) => hash).sort(),
    ]);
    const again = await train("fashion-mnist-proxy", { ...ROW, set: { ...set, "rule.T": 3 } });
    assert.equal(again[0]?.hash, records[0]?.hash);
    assert.equal(again[0]?.provenance.finishedAt, records[0]?.provenance.finishedAt);
    assert.equal(proxyTable(records).rows.length, 4); // an SNN and its proxy ANN each
    assert.ok(JSON.stringify(accuracyOverTime(records)).includes("rule.T=5"));
  });
});

Deno.test("what cannot be trained is refused in one sentence, before anything is", async () => {
  const cases: [Promise<unknown>, RegExp][] = [
    [train("no-table", ROW), /Looking for the experiment "no-table": it is unknown; use one of fashion/],
    [
      train("fashion-mnist-proxy", { ...ROW, row: "k9" }),
      /the row "k9" .* use one of proxy-k1, proxy-k2, ann/,
    ],
    [train("fashion-mnist-proxy", { ...ROW, seed: 7 }), /the seed "7" of fashion-mnist-proxy/],
    [train("fashion-mnist-proxy", { ...ROW, set: { speed: 1 } }), /speed/],
    [train("fashion-mnist-proxy", { ...ROW, sweep: { "rule.T": [] } }), /Sweeping rule.T: it has no values/],
    [
      train("fashion-mnist-proxy", { ...ROW, set: { "rule.T": 3 }, sweep: { "rule.T": [3] } }),
      /Sweeping rule.T: it is set as well/,
    ],
  ];
  for (const [asked, message] of cases) await assert.rejects(asked, message);
});
