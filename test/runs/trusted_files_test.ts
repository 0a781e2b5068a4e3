import assert from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { parseConfig, type RunConfig } from "../../lib/runs/config/config.ts";
import { RELEASED } from "../../lib/experiments/proxy/fashion_mnist_proxy.ts";
import { run } from "../../lib/runs/run.ts";
import { readRecord, runPaths, type RunRequest } from "../../lib/runs/store.ts";
import { FailureError } from "../../lib/errors.ts";
import { acquireLock } from "../../lib/lock.ts";
import { packSafetensors, readSafetensors } from "../../lib/ops/safetensors.ts";
import { inResults } from "../in_results.ts";

const ANN: RunConfig = parseConfig({
  ...RELEASED,
  network: { ...RELEASED.network, width: 0.03125 },
  data: { ...RELEASED.data, trainImages: 60, testImages: 20 },
  training: { ...RELEASED.training, epochs: 1, batch: 20 },
  rule: { name: "ann" },
});
const request = (row: string, config: RunConfig): RunRequest => {
  return { experiment: "trusted", row, profile: "smoke", reduced: [], config };
};
const conversion = request("conversion", {
  ...ANN,
  rule: {
    name: "conversion",
    T: 2,
    reset: "hard",
    initialMembrane: 0,
    percentile: 100,
    calibrationImages: 20,
  },
});
const ann = request("ann", ANN);

function refusal(path: string, why: RegExp): (error: Error) => boolean {
  return (error) => {
    assert.ok(error instanceof FailureError, error.stack);
    assert.ok(error.message.includes(path), error.message);
    assert.match(error.message, why);
    return true;
  };
}

Deno.test("a conversion is built on nothing but the weights that its ANN's run wrote", async () => {
  await inResults(async () => {
    const record = await run(ann);
    const { weights, record: recordPath, hash } = runPaths(ann);
    const right = readFileSync(weights);
    const { metadata, tensors } = readSafetensors(weights, "");
    assert.deepEqual(
      [metadata["hash"], metadata["experiment"], JSON.parse(metadata["config"] as string)],
      [hash, "trusted", ANN],
    );
    const convert = () => run(conversion);
    const flipped = Uint8Array.from(right);
    flipped[right.length - 2] = (flipped[right.length - 2] as number) ^ 1;
    writeFileSync(weights, flipped);
    await assert.rejects(
      convert,
      refusal(weights, /not those that the run wrote .*remove [0-9a-f]{16}\.json beside it to train/),
    );
    writeFileSync(weights, right.subarray(0, right.length - 4));
    await assert.rejects(convert, refusal(weights, /cut short/));
    writeFileSync(
      weights,
      packSafetensors(tensors, { ...metadata, hash: "0123456789abcdef", row: "another" }),
    );
    await assert.rejects(convert, refusal(weights, /those of the run 0123456789abcdef \(another\), not of/));
    writeFileSync(weights, packSafetensors(tensors));
    await assert.rejects(convert, refusal(weights, /not those that the run wrote/));
    rmSync(weights);
    mkdirSync(weights);
    await assert.rejects(convert, refusal(weights, /it is a folder/));
    rmSync(weights, { recursive: true });
    writeFileSync(weights, right);
    const { weights: _weights, provenance: { sum: _sum, ...provenance }, ...old } = record;
    writeFileSync(recordPath, JSON.stringify({ ...old, provenance }));
    await assert.rejects(convert, refusal(weights, /their record is of an older version/));
    assert.equal(existsSync(runPaths(conversion).record), false);
    writeFileSync(recordPath, JSON.stringify(record));
    assert.equal((await convert()).status, "finished");
  });
});

Deno.test("a record altered in any digit, or under another's name, is refused by its file", async () => {
  await inResults(async () => {
    const record = await run(ann);
    const path = runPaths(ann).record;
    const text = readFileSync(path, "utf8");
    assert.deepEqual(readRecord(path), JSON.parse(text));
    const accuracy = String(record.last?.evaluation.ann?.argmax);
    for (
      const [altered, why] of [
        [text.replace(`"argmax": ${accuracy}`, '"argmax": 0.999'), /it was altered/],
        [
          text.replace('"T": 15', '"T": 16').replace(/"seed": \d+/, '"seed": 77'),
          /hash [0-9a-f]{16}, but the record says/,
        ],
        [text.replace('"parameters"', '"parametres"'), /its "parameters" is missing/],
        [text.replace(`"argmax": ${accuracy}`, '"argmax": 7'), /argmax" is 7, but must be a share/],
        [text.replace('"curve": [', '"curve": {}, "more": ['), /its "curve" is {}, but must be a list/],
        [text.slice(0, 900), /it is cut short/],
        ["null", /it is null/],
      ] as const
    ) {
      writeFileSync(path, altered);
      assert.throws(() => readRecord(path), refusal(path, why));
    }
    const other = join(dirname(path), "0123456789abcdef.json");
    writeFileSync(other, text);
    assert.throws(
      () => readRecord(other),
      refusal(other, /it is the record of [0-9a-f]{16}, not of 0123456789abcdef/),
    );
  });
});

Deno.test("what a killed process left of a finished run goes with the next command, unless another holds the run", async () => {
  await inResults(async () => {
    await run(ann);
    const { work, lock, record, weights } = runPaths(ann);
    const temporary = `${weights}.123.tmp`;
    mkdirSync(join(work, "checkpoint-00001"), { recursive: true });
    writeFileSync(temporary, "half");
    const held = await acquireLock(lock);
    await run(ann);
    assert.ok(existsSync(work));
    held.release();
    await run(ann);
    assert.deepEqual([existsSync(work), existsSync(temporary)], [false, false]);
    const kept = readFileSync(record);
    rmSync(record);
    writeFileSync(temporary, "half");
    await run(ann);
    assert.equal(existsSync(temporary), false);
    assert.notEqual(kept.length, 0);
    assert.deepEqual(readdirSync(dirname(record)).filter((name) => name.endsWith(".tmp")), []);
  });
});

Deno.test("a checkpoint under another run's name, or altered in its state, is refused by its file", async () => {
  await inResults(async () => {
    const { work } = runPaths(ann);
    const { saveCheckpoint, loadCheckpoint } = await import("../../lib/runs/checkpoint.ts");
    const state = {
      optimiserSteps: 3,
      startedAt: "now",
      wallSeconds: 1,
      trainingSeconds: 1,
      waitingSeconds: 0,
    };
    const line = { epoch: 1, learningRate: 0.5, train: { loss: 0.25, accuracy: 0.5 } };
    const tensors = new Map([["a", { shape: [2], values: new Float32Array([1, 2]) }]]);
    saveCheckpoint(work, { ...state, curve: [line], peakMemory: 7, tensors });
    assert.deepEqual(loadCheckpoint(work), { ...state, curve: [line], peakMemory: 7, tensors });
    const file = join(work, "checkpoint-00001", "state.json");
    const text = readFileSync(file, "utf8");
    const refused = (why: RegExp) =>
      assert.throws(() => loadCheckpoint(work), refusal("checkpoint-00001", why));
    for (
      const [altered, why] of [
        [text.replace("0.25", "0.26"), /it was altered/],
        [text.replace('"optimiserSteps": 3', '"optimiserSteps": "3"'), /"optimiserSteps" is "3"/],
        [text.slice(0, 100), /it is cut short/],
        ["", /it is empty/],
      ] as const
    ) {
      writeFileSync(file, altered);
      refused(why);
    }
    writeFileSync(file, text);
    const other = join(dirname(work), "0123456789abcdef");
    mkdirSync(join(other, "checkpoint-00001"), { recursive: true });
    for (const name of ["state.json", "tensors.safetensors"]) {
      copyFileSync(join(work, "checkpoint-00001", name), join(other, "checkpoint-00001", name));
    }
    assert.throws(
      () => loadCheckpoint(other),
      /it is of the run [0-9a-f]{16}, not of 0123456789abcdef; remove/,
    );
    rmSync(join(work, "checkpoint-00001", "tensors.safetensors"));
    refused(/it is not there/);
  });
});
