import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { packSafetensors, unpackSafetensors } from "../../lib/ops/safetensors.ts";

const TENSORS = new Map([
  ["a.kernel", { shape: [2, 3], values: new Float32Array([1, -2, 3.5, NaN, Infinity, 1e-40]) }],
  ["b", { shape: [], values: new Float32Array([7]) }],
]);

Deno.test("what is packed comes back bit for bit", () => {
  const back = unpackSafetensors(packSafetensors(TENSORS), "memory");
  assert.deepEqual(back, TENSORS);
  const shifted = Buffer.concat([new Uint8Array(3), packSafetensors(TENSORS)]).subarray(3);
  assert.deepEqual(unpackSafetensors(shifted, "a view into a larger buffer"), TENSORS);
});

Deno.test("the layout is safetensors': header length, JSON, aligned values", () => {
  const bytes = packSafetensors(TENSORS);
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  assert.deepEqual(header["a.kernel"], { dtype: "F32", shape: [2, 3], data_offsets: [0, 24] });
  assert.equal((8 + length) % 8, 0);
  assert.equal(bytes.length, 8 + length + 28);
});

Deno.test("a file that is cut short is refused at every length", () => {
  const bytes = packSafetensors(TENSORS);
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(
      () => unpackSafetensors(bytes.slice(0, length), "weights"),
      /Reading weights: it is cut short/,
    );
  }
});
