import assert from "node:assert/strict";
import { COUNTED } from "../counted_spec.ts";
import { fans } from "../../lib/models/fan_out.ts";
import { fashionNetwork } from "../../lib/models/fashion_network.ts";

Deno.test("every layer with weights knows what feeds it, how many a spike reaches and what it multiplies", () => {
  assert.deepEqual(fans(COUNTED), [
    { name: "conv1", input: null, trains: [], fanOut: 9 * 2, macs: 4 * 4 * 9 * 2 },
    { name: "linear1", input: "maxpool1", trains: ["maxpool1"], fanOut: 3, macs: 2 * 2 * 2 * 3 },
  ]);
});

Deno.test("the released Fashion-MNIST network multiplies 165 million times for an image", () => {
  const convolutions = 784 * 9 * 128 + 784 * 9 * 128 ** 2 + 196 * 9 * 128 ** 2;
  const linear = 6272 * 2560 + 2560 * 1152 + 1152 * 256 + 256 * 10;
  assert.equal(fans(fashionNetwork()).reduce((sum, { macs }) => sum + macs, 0), convolutions + linear);
});
