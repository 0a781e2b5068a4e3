import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agreementOf, compareSpikes } from "../../bench/agreement.ts";
import { FailureError } from "../../lib/errors.ts";
import { packSafetensors } from "../../lib/ops/safetensors.ts";

Deno.test("agreement counts neurons that fire equally often", () => {
  const found = agreementOf(Float32Array.of(0, 3, 2, 1), Float32Array.of(0, 3, 3, 1), 10);
  assert.deepEqual(found, { rate: 6 / 40, equalCounts: 3 / 4 });
});

Deno.test("a peer that computes something else is refused", () => {
  const folder = mkdtempSync(join(tmpdir(), "weightshare-test-"));
  const write = (name: string, values: Float32Array) => {
    writeFileSync(
      join(folder, name),
      packSafetensors(new Map([["conv1", { shape: [1, values.length], values }]])),
    );
    return join(folder, name);
  };
  try {
    const counts = Float32Array.from({ length: 1000 }, (_, index) => index % 5);
    const flipped = counts.map((count, index) => index < 9 ? count + 1 : count);
    const different = counts.map((count, index) => index < 11 ? count + 1 : count);
    const ours = write("ours", counts);
    assert.equal(compareSpikes(ours, write("flipped", flipped), 15, "peer")["conv1"]?.equalCounts, 0.991);
    assert.throws(
      () => compareSpikes(ours, write("different", different), 15, "peer"),
      (error) => error instanceof FailureError && /only 98\.90 % of the neurons of conv1/.test(error.message),
    );
    assert.throws(
      () => compareSpikes(ours, write("short", counts.slice(1)), 15, "peer"),
      /not the same neurons/,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
