import assert from "node:assert/strict";
import { layersOf } from "../../lib/models/layer_notation.ts";

Deno.test("the papers' notation names convolutions, poolings and linear layers", () => {
  assert.deepEqual(layersOf("12C5-P3-7-4"), [
    { type: "conv", filters: 12, kernel: 5, norm: true },
    { type: "maxpool", size: 3 },
    { type: "linear", units: 7 },
    { type: "linear", units: 4 },
  ]);
  assert.deepEqual(layersOf("12C5-P3-7-4", { width: 0.5 }).map((layer) => Object.values(layer)[1]), [
    6,
    3,
    4,
    4,
  ]);
});

Deno.test("hidden linear layers have norms where they are asked for, the last one never", () => {
  const norms = layersOf("12C5-P3-7-4", { norms: "hidden" }).map((layer) => "norm" in layer && layer.norm);
  assert.deepEqual(norms, [true, false, true, false]);
});

Deno.test("an unknown layer or width is named", () => {
  for (const bad of ["0", "0C3", "", "12C", "C3", "2P2", "P", "A2", "12c3", "-5", "1.5"]) {
    assert.throws(() => layersOf(`8C3-${bad}-4`), /Building the network "8C3-.*": its layer ".*" is unknown/);
  }
  for (const width of [0, -1, NaN, Infinity]) {
    assert.throws(() => layersOf("8C3-4", { width }), /its width is .*, but must be a number above 0/);
  }
});
