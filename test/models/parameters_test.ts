import assert from "node:assert/strict";
import type { Layer } from "../../lib/models/network.ts";
import { createNetwork, networkOfValues } from "../../lib/models/parameters.ts";
import { countParameters } from "../../lib/models/model.ts";
import { tf } from "../../lib/ops/tensorflow.ts";

const conv = (more: Partial<Layer> = {}) =>
  ({ type: "conv", filters: 3, kernel: 3, norm: false, ...more }) as Layer;
const linear = (more: Partial<Layer> = {}) => ({ type: "linear", units: 4, ...more }) as Layer;

Deno.test("layer lists of which no network can be made are refused, the layer named", () => {
  const cases: [Layer[], RegExp][] = [
    [[], /the last layer is missing, but must be linear/],
    [[conv()], /the last layer is conv, but must be linear/],
    [[{ type: "maxpool", size: 2 }, linear()], /layer 1 is maxpool, but images must first meet/],
    [[conv({ filters: 0 }), linear()], /layer 1 has conv filters 0, but a whole number/],
    [[conv({ filters: NaN }), linear()], /layer 1 has conv filters NaN/],
    [[conv({ kernel: 2 }), linear()], /layer 1 has conv kernel size 2, but it must be odd/],
    [[conv(), { type: "maxpool", size: 1.5 }, linear()], /layer 2 has maxpool size 1.5/],
    [
      [conv(), { type: "maxpool", size: 7 }, linear()],
      /maxpool1 has size 7, but its input is 6 x 6 x 3/,
    ],
    [[linear({ units: -1 })], /layer 1 has linear units -1/],
    [[linear(), conv(), linear()], /conv1 needs an image \[H, W, C\] but gets 4/],
    [
      [{ type: "avgpool" } as unknown as Layer, linear()],
      /layer 1 is "avgpool", but must be one of conv, patches, depthwise, maxpool, linear/,
    ],
  ];
  for (const [layers, message] of cases) {
    assert.throws(() => createNetwork({ input: [6, 6, 1], layers }, 1), message);
  }
});

Deno.test("biases are parameters of their own and change no other initial value", () => {
  const spec = (bias: boolean) => ({
    input: [6, 6, 2] as const,
    layers: [conv({ bias, norm: true }), conv({ bias }), linear({ bias })],
  });
  const [biased, bare] = [createNetwork(spec(true), 5), createNetwork(spec(false), 5)];
  assert.deepEqual(
    [...biased.parameters.keys()].filter((name) => name.endsWith(".bias")),
    ["conv1.bias", "conv2.bias", "linear1.bias"],
  );
  assert.equal(countParameters(biased) - countParameters(bare), 3 + 3 + 4);
  for (const [name, { value }] of bare.parameters) {
    assert.deepEqual(biased.parameters.get(name)?.value.dataSync(), value.dataSync());
  }
  const bias = biased.parameters.get("conv1.bias")?.value.dataSync() as Float32Array;
  assert.ok(bias.every((value) => value !== 0 && Math.abs(value) <= 1 / Math.sqrt(9 * 2)));
});

Deno.test("norms' scales may start around 0, and change no other initial value", () => {
  const spec = { input: [6, 6, 2] as const, layers: [conv({ filters: 2_000, norm: true }), linear()] };
  const [spread, plain] = [createNetwork(spec, 5, { scaleDeviation: 2 }), createNetwork(spec, 5)];
  const { mean, variance } = tf.moments(spread.parameters.get("conv1.norm.gamma")?.value as tf.Tensor);
  // Four standard errors of 2,000 draws.
  assert.ok(Math.abs(mean.dataSync()[0] as number) < 4 * 2 / Math.sqrt(2_000));
  assert.ok(Math.abs(Math.sqrt(variance.dataSync()[0] as number) - 2) < 4 * 2 / Math.sqrt(4_000));
  for (const [name, { value }] of plain.parameters) {
    if (name.endsWith("gamma")) assert.ok(value.dataSync().every((one) => one === 1));
    else assert.deepEqual(spread.parameters.get(name)?.value.dataSync(), value.dataSync());
  }
});

Deno.test("a network of given values copies them", () => {
  const kernel = tf.ones([2, 2]);
  const spec = { input: [1, 1, 2] as const, layers: [{ type: "linear", units: 2 } as const] };
  const network = networkOfValues(spec, new Map([["linear1.kernel", kernel]]));
  kernel.dispose();
  assert.deepEqual([...network.parameters.get("linear1.kernel")?.value.dataSync() ?? []], [1, 1, 1, 1]);
});
