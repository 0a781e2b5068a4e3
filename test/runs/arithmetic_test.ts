import assert from "node:assert/strict";
import { type Arithmetic, arithmetic, differences } from "../../lib/runs/arithmetic.ts";

Deno.test("what decides the bits is all known, and equal to itself", () => {
  const here = arithmetic();
  assert.equal(here.oneDnn, (process.env["TF_ENABLE_ONEDNN_OPTS"] ?? "1") !== "0");
  assert.match(here.code, /^[0-9a-f]{64}$/);
  assert.match(here.kernels, /^(reference|native (avx512|avx2|portable))$/);
  assert.deepEqual(differences(JSON.parse(JSON.stringify(here)), here), []);
});

Deno.test("each thing that differs is named, and an older checkpoint's are unknown", () => {
  const here: Arithmetic = { ...arithmetic(), threads: 1, oneDnn: true, variables: {} };
  assert.deepEqual(differences({ ...here, threads: 2 }, here), ["threads: 2 there, 1 here"]);
  assert.deepEqual(differences({ ...here, variables: { ONEDNN_MAX_CPU_ISA: "AVX2" } }, here), [
    'variables: {"ONEDNN_MAX_CPU_ISA":"AVX2"} there, {} here',
  ]);
  assert.deepEqual(differences({ ...here, code: "0".repeat(64) }, here), [
    `code: 000000000000 there, ${here.code.slice(0, 12)} here`,
  ]);
  assert.equal(differences({}, here).length, Object.keys(here).length);
});
