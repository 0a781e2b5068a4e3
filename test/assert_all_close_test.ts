import assert from "node:assert/strict";
import { assertAllClose } from "./assert_all_close.ts";

Deno.test("accepts equal values, equal infinities and differences within tolerance", () => {
  assertAllClose([1, Infinity, 0], [1, Infinity, 0]);
  assertAllClose([1.0000005], [1]);
});

Deno.test("rejects NaN, unequal infinities, lengths and differences beyond tolerance", () => {
  assert.throws(() => assertAllClose([NaN], [NaN]), /worst at \[0\]/);
  assert.throws(() => assertAllClose([NaN], [Infinity]), /worst at \[0\]/);
  assert.throws(() => assertAllClose([1], [Infinity]), /worst at \[0\]/);
  assert.throws(() => assertAllClose([1, 2], [1]), /2 values/);
  for (const tolerance of [{ rtol: -1 }, { atol: NaN }, { rtol: 1, atol: -1 }]) {
    assert.throws(() => assertAllClose([9], [1], tolerance), /no tolerance/);
  }
  assert.throws(() => assertAllClose([0, 1, 1.1], [0, 1, 1]), /worst at \[2\]/);
});
