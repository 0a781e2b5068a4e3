import assert from "node:assert/strict";
import { effortTable } from "../../lib/report/effort_table.ts";
import { uniqueRecords } from "../../lib/report/frame.ts";
import { listRecords } from "../../lib/runs/store.ts";
import { join } from "node:path";
import { ROOT } from "../../lib/paths.ts";
import { reportsOf } from "../../tasks/figures.ts";
import { withEnvironment } from "../with_environment.ts";

Deno.test("hours of compute: every record once, a conversion without its ANN's epochs", () => {
  const records = listRecords(
    { profile: "study", experiment: "fashion-mnist-comparison" },
    join(ROOT, "results"),
  );
  const { rows } = effortTable([...records, ...records]);
  assert.deepEqual(rows.map(([title]) => title), ["Learning rules on Fashion-MNIST", "All"]);
  const shared = records.slice(0, 3).map((record) => ({
    ...record,
    experiment: "fashion-mnist-six-layer-comparison",
  }));
  assert.deepEqual(
    effortTable([...records, ...shared]).rows,
    rows,
    "of two experiments' run the first one's",
  );
  const [, runs, epochs, images, hours] = rows[1] as [string, ...number[]];
  assert.equal(runs, records.length);
  const trained = records.filter(({ config }) => config.rule.name !== "conversion");
  assert.equal(epochs, trained.reduce((sum, { curve }) => sum + curve.length, 0));
  assert.equal(images, epochs * 60_000 / 1e6);
  const seconds = records.reduce((sum, { cost }) => sum + cost.wallSeconds, 0);
  assert.ok(Math.abs((hours as number) - seconds / 3600) < 1e-9);
});

Deno.test("hours of compute: what notebooks trained with a setting changed counts as well", () => {
  const results = join(ROOT, "results");
  withEnvironment("WEIGHTSHARE_RESULTS", results, () => {
    const report = reportsOf({ profile: "study" }).find(([name]) => name === "claims")?.[1];
    const table = report?.().tables.find(({ name }) => name === "effort");
    const runs = uniqueRecords(listRecords({ profile: "study" })).length;
    assert.deepEqual(table?.rows.at(-1)?.slice(0, 2), ["All", runs]);
  });
});
