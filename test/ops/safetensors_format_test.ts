import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FailureError } from "../../lib/errors.ts";
import { packSafetensors, readSafetensors, unpackSafetensors } from "../../lib/ops/safetensors.ts";

/** A file with this header and so many bytes of values. */
function file(header: string, values: number, said = header.length): Uint8Array {
  const bytes = new Uint8Array(8 + header.length + values);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(said), true);
  bytes.set(Uint8Array.from(header, (character) => character.charCodeAt(0)), 8);
  return bytes;
}

const entry = (shape: unknown, offsets: unknown, dtype = '"F32"') =>
  `{"dtype":${dtype},"shape":${JSON.stringify(shape)},"data_offsets":${JSON.stringify(offsets)}}`;

const BROKEN: [string, Uint8Array, RegExp][] = [
  [
    "a shape of more values than its bytes",
    file(`{"a":${entry([3], [0, 8])}}`, 8),
    /"a" of shape \[3\] has 8 bytes instead of 12/,
  ],
  [
    "a shape of fewer values",
    file(`{"a":${entry([1], [0, 8])}}`, 8),
    /"a" of shape \[1\] has 8 bytes instead of 4/,
  ],
  ["a negative size", file(`{"a":${entry([-2], [0, 8])}}`, 8), /header of "a" .*"shape.0" is -2/],
  ["a fraction as size", file(`{"a":${entry([0.5], [0, 2])}}`, 2), /"shape.0" is 0.5/],
  ["a negative offset", file(`{"a":${entry([2], [-8, 0])}}`, 8), /"data_offsets.0" is -8/],
  ["an end before the beginning", file(`{"a":${entry([2], [8, 0])}}`, 8), /"a" has the offsets \[8,0\]/],
  ["one offset", file(`{"a":${entry([], [0])}}`, 4), /"a" has the offsets \[0\]/],
  [
    "overlapping tensors",
    file(`{"a":${entry([2], [0, 8])},"b":${entry([1], [4, 8])}}`, 8),
    /"b" begins at 4 instead of 8/,
  ],
  [
    "the same bytes twice",
    file(`{"a":${entry([2], [0, 8])},"b":${entry([2], [0, 8])}}`, 8),
    /"b" begins at 0 instead of 8/,
  ],
  [
    "a hole",
    file(`{"a":${entry([1], [0, 4])},"b":${entry([1], [8, 12])}}`, 12),
    /"b" begins at 8 instead of 4/,
  ],
  ["a hole before the first", file(`{"a":${entry([1], [4, 8])}}`, 8), /"a" begins at 4 instead of 0/],
  ["bytes behind the last", file(`{"a":${entry([1], [0, 4])}}`, 9), /it has 5 bytes behind the last tensor/],
  [
    "values cut short",
    file(`{"a":${entry([2], [0, 8])}}`, 7),
    /it is cut short \(7 bytes of values instead of 8\)/,
  ],
  ["a name twice", file(`{"a":${entry([1], [0, 4])},"a":${entry([1], [0, 4])}}`, 4), /two tensors "a"/],
  [
    "a name twice, spelt differently",
    file(`{"a":${entry([1], [0, 4])},"\\u0061":${entry([1], [0, 4])}}`, 4),
    /two tensors "a"/,
  ],
  ["another type", file(`{"a":${entry([4], [0, 4], '"U8"')}}`, 4), /"a" is of type U8, and only F32 is read/],
  ["no type", file(`{"a":${entry([1], [0, 4], "3")}}`, 4), /"dtype" is 3, but must be a text/],
  ["no fields", file(`{"a":null}`, 0), /header of "a" is damaged \(it is null/],
  ["a list as header", file(`[1,2]`, 0), /does not begin with a brace/],
  ["no JSON", file(`{"a":`, 0), /its header is damaged \(it is cut short\)/],
  ["a header that is no text", file("{\u00ff", 0), /its header is damaged/],
  [
    "metadata that are no texts",
    file(`{"__metadata__":{"a":1}}`, 0),
    /header of "__metadata__" is damaged \(its "a" is 1/,
  ],
  ["an enormous header", file("{}", 0, 2 ** 52), /it is cut short/],
  ["a header of no length", file("", 0), /does not begin with a brace/],
];

for (const [name, bytes, why] of BROKEN) {
  Deno.test(`safetensors: ${name} is refused in one sentence that names the file`, () => {
    assert.throws(() => unpackSafetensors(bytes, "x.safetensors"), (error: Error) => {
      assert.ok(error instanceof FailureError, String(error));
      assert.match(error.message, /^Reading x\.safetensors: .*; give an undamaged file\.$/);
      assert.match(error.message, why);
      return true;
    });
  });
}

Deno.test("safetensors: what other writers write is read: any order, an empty tensor, a trailing space, metadata", () => {
  const header = `{"b":${entry([1], [4, 8])},"none":${entry([0, 3], [4, 4])},"a":${entry([1, 1], [0, 4])},` +
    `"__metadata__":{"format":"pt"}}  `;
  const tensors = unpackSafetensors(file(header, 8), "x");
  assert.deepEqual([...tensors.keys()].sort(), ["a", "b", "none"]);
  assert.deepEqual(tensors.get("none"), { shape: [0, 3], values: new Float32Array() });
});

Deno.test("safetensors: metadata come back, names like those of Object too; a wrong shape is not packed", () => {
  const folder = mkdtempSync(join(tmpdir(), "weightshare-safetensors-"));
  try {
    const path = join(folder, "a.safetensors");
    const tensors = new Map([["__proto__", { shape: [2], values: new Float32Array([1, 2]) }]]);
    writeFileSync(path, packSafetensors(tensors, { hash: "0123" }));
    assert.deepEqual(readSafetensors(path, "train again"), { tensors, metadata: { hash: "0123" } });
    assert.throws(
      () => packSafetensors(new Map([["a", { shape: [3], values: new Float32Array(2) }]])),
      /"a" of shape/,
    );
    assert.throws(
      () => readSafetensors(join(folder, "b"), "train again"),
      /b: it is not there; train again\.$/,
    );
    mkdirSync(join(folder, "c"));
    assert.throws(
      () => readSafetensors(join(folder, "c"), "train again"),
      /c: it is a folder, not a file; train/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
