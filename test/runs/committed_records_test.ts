import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { hashConfig, parseConfig } from "../../lib/runs/config/config.ts";
import { requestsOf } from "../../lib/experiments/experiment.ts";
import { findExperiment } from "../../lib/experiments/experiments.ts";
import type { RunRecord } from "../../lib/runs/record.ts";
import { requireSeal, sumOf } from "../../lib/runs/seal.ts";
import { ROOT } from "../../lib/paths.ts";

const STUDY = join(ROOT, "results", "study");

/** What `results/study` holds beside the folders of experiments. */
const NO_RECORDS = ["agreement", "bench", "figures", "notebooks", "released-recipe", "tables", "weights"];

/** Whether a file is a record: not a checkpoint of a training that goes on. */
const isRecord = (path: string) =>
  path.endsWith(".json") && !path.includes("/work/") && !NO_RECORDS.includes(path.split("/")[0] as string);

const RECORDS: { name: string; experiment: string; record: RunRecord }[] = readdirSync(STUDY, {
  recursive: true,
  encoding: "utf8",
})
  .filter(isRecord)
  .map((path) => ({
    name: basename(path, ".json"),
    experiment: dirname(path),
    record: JSON.parse(readFileSync(join(STUDY, path), "utf8")),
  }));

Deno.test("a committed record is named by the hash of its configuration, which today's schema takes as it is", () => {
  assert.ok(RECORDS.length >= 100, `${RECORDS.length} records`);
  for (const { name, experiment, record } of RECORDS) {
    const where = `results/study/${experiment}/${name}.json`;
    assert.equal(record.hash, name, `${where}: its hash`);
    assert.equal(hashConfig(record.config), name, `${where}: the hash of its configuration`);
    assert.deepEqual(parseConfig(structuredClone(record.config)), record.config, where);
  }
});

/** The sums of records that are older than seals, by their paths: there will be no more of them. */
const UNSEALED: Record<string, string> = JSON.parse(
  readFileSync(new URL("unsealed_records.json", import.meta.url), "utf8"),
);

Deno.test("no digit of a committed record has changed: its seal says its sum, or that of an older one is pinned", () => {
  const unsealed = RECORDS.filter(({ record }) => record.provenance.sum === undefined);
  const sums = unsealed.map(({ name, experiment, record }) => [`${experiment}/${name}.json`, sumOf(record)]);
  assert.deepEqual(Object.fromEntries(sums), UNSEALED);
  for (const { name, record } of RECORDS) assert.doesNotThrow(() => requireSeal(record), name);
});

Deno.test("a row of its experiment's table asks for every committed record", () => {
  for (const { name, experiment, record } of RECORDS) {
    const where = `results/study/${experiment}/${name}.json`;
    assert.deepEqual([record.experiment, record.profile], [experiment, "study"], where);
    const requests = requestsOf(findExperiment(experiment), "study");
    const [row, change] = record.row.split(" with ");
    const asked = change === undefined
      ? requests.find(({ config }) => hashConfig(config) === name)
      : requests.find((request) => request.row === row); // a notebook's last cell changes one thing
    assert.equal(asked?.row, row, `${where}: the row that asks for it`);
  }
});
