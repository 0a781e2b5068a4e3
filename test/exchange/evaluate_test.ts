import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { slice } from "../../lib/data/dataset.ts";
import { encodeIdx } from "../../lib/data/idx.ts";
import { loadDataset } from "../../lib/data/load.ts";
import { compareWithRecord } from "../../lib/exchange/compare_with_record.ts";
import { evaluateNetwork, type Reading } from "../../lib/exchange/evaluate_network.ts";
import { type FoundRun, recordOfHash, runOfRecord } from "../../lib/exchange/find_run.ts";
import { openRun } from "../../lib/exchange/known_network.ts";
import { disposeModel } from "../../lib/models/model.ts";
import { evaluateTask } from "../../tasks/evaluate.ts";
import { planOf } from "../../tasks/task.ts";
import { inResults } from "../in_results.ts";
import { type Kind, trained } from "./small_runs.ts";

const KINDS: Kind[] = [
  ...["ann", "proxy", "surrogate", "tandem", "conversion", "folded", "convMixer", "seResNet"] as const,
];

async function evaluateRun(run: FoundRun, given?: Reading["given"]) {
  const network = await openRun(run);
  try {
    return await evaluateNetwork(network, { given });
  } finally {
    disposeModel(network.model);
  }
}

Deno.test("a record's own weights score what it says, bit for bit, whatever the kind of run", async () => {
  await inResults(async () => {
    for (const kind of KINDS) {
      const run = runOfRecord(await trained(kind));
      const { images, scores } = await evaluateRun(run);
      assert.equal(images, 130);
      const { evaluation, rates, agreement } = run.record.last ?? assert.fail(kind);
      assert.deepEqual(scores.evaluation, evaluation, kind);
      assert.deepEqual([scores.rates, scores.agreement], [rates, agreement], kind);
      assert.deepEqual(scores.correct, run.record.correct, kind);
      assert.deepEqual(compareWithRecord(run.record, scores), { differing: [], computedOtherwise: [] });
      const other = {
        ...scores,
        agreement: 2,
        evaluation: { ...scores.evaluation, ann: undefined, snn: undefined },
      };
      assert.ok(compareWithRecord(run.record, other as never).differing.length > 5, kind);
    }
  });
});

Deno.test("given images are evaluated instead of the run's own; ones of another shape are refused", async () => {
  await inResults(async (folder) => {
    const record = await trained("proxy");
    const run = runOfRecord(record);
    const own = await evaluateRun(run);
    const { images, labels } = slice(loadDataset("fashion-mnist").test, 0, 130);
    const write = (name: string, shape: number[], values: Uint8Array) => {
      writeFileSync(join(folder, name), encodeIdx({ shape, values }));
      return join(folder, name);
    };
    const given = {
      images: write("images", [130, 28, 28], images),
      labels: write("labels", [130], labels),
    };
    assert.deepEqual(await evaluateRun(run, given), { ...own, of: "given" });
    const rejects = (changed: Partial<typeof given>, message: RegExp) =>
      assert.rejects(evaluateRun(run, { ...given, ...changed }), message);
    await rejects({ images: write("flat", [130, 784], images) }, /shape is 130 x 784, but .*28 x 28 x 1/);
    await rejects({ labels: write("few", [2], labels.slice(0, 2)) }, /shape is 2, but there are 130 images/);
    await rejects({ labels: write("big", [130], labels.map(() => 10)) }, /a label 10, but .*from 0 to 9/);
    await rejects({ images: record }, /Reading the images .*magic number .*give an IDX file/);
  });
});

Deno.test("a run is named by the beginning of its hash or by its record; what cannot be opened is told", async () => {
  await inResults(async (folder) => {
    const path = await trained("ann");
    const hash = basename(path, ".json");
    assert.equal(recordOfHash(hash.slice(0, 6)), path);
    assert.equal(planOf(evaluateTask, [hash])?.path, path);
    assert.equal(planOf(evaluateTask, [path])?.path, path);
    const refused = (args: string[], message: RegExp) =>
      assert.throws(() => planOf(evaluateTask, args), message);
    refused(["0000000000000000"], /no record's hash begins so; "deno task runs" lists/);
    refused(["nowhere.json"], /there is no such file; give the path of a record/);
    refused([path, "--images", path], /--images and --labels belong together/);
    assert.equal(planOf(evaluateTask, [path, "--rule", "proxy", "T=3"])?.reading.rule?.name, "proxy");
    refused(
      [path, "--rule", "proxy"],
      /Reading --rule proxy: T is not given, but must be a number; it has T, threshold, reset/,
    );
    refused([path, "--rule", "magic"], /--rule magic: it is unknown; use one of proxy, /);
    refused([path, "--data", "mnist"], /--data mnist: it is unknown; use one of fashion-mnist/);
    refused([path, "--input", "28x28x1"], /--input belongs to --network or --layers/);
    const twin = join(folder, "smoke", "test", `${hash.slice(0, 15)}${hash.endsWith("0") ? 1 : 0}.json`);
    writeFileSync(twin, readFileSync(path));
    assert.throws(() => recordOfHash(hash.slice(0, 6)), /it could be .* or .*; give more digits/);
    const elsewhere = join(folder, "smoke", "elsewhere", basename(path));
    mkdirSync(dirname(elsewhere));
    const record = JSON.parse(readFileSync(path, "utf8"));
    const other = {
      ...record,
      experiment: "elsewhere",
      weights: { ...record.weights, sha256: "0".repeat(64) },
    };
    delete other.provenance.sum;
    writeFileSync(elsewhere, JSON.stringify(other));
    writeFileSync(elsewhere.replace(".json", ".safetensors"), "");
    rmSync(twin);
    assert.throws(() => recordOfHash(hash), /it is .* or .*; give the path of the one you mean\.$/);
    rmSync(dirname(elsewhere), { recursive: true });
    const weights = path.replace(".json", ".safetensors");
    const bytes = readFileSync(weights);
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
    writeFileSync(weights, bytes);
    await assert.rejects(evaluateRun(runOfRecord(path)), /they are not those that the run wrote/);
    rmSync(weights);
    assert.throws(
      () => runOfRecord(path),
      /weights are not committed .* deno task train test --profile smoke/,
    );
    const diverging = await trained("ann", {
      optimiser: { ...(JSON.parse(readFileSync(path, "utf8")).config.optimiser), learningRate: 1e30 },
    });
    assert.throws(() => runOfRecord(diverging), /its training diverged .*; name a run that finished/);
  });
});
