import assert from "node:assert/strict";
import { parseArchitecture } from "../../lib/exchange/architecture.ts";
import { networkOf, NETWORKS, type NetworkSettings, parametersOf } from "../../lib/models/all.ts";
import { cifarNetwork } from "../../lib/models/cifar_network.ts";
import type { Seen } from "../../lib/models/entry.ts";
import { describeLayers } from "../../lib/models/describe.ts";
import { fans } from "../../lib/models/fan_out.ts";
import { fashionNetwork } from "../../lib/models/fashion_network.ts";
import { foldedNetwork } from "../../lib/models/folded_network.ts";
import { layersOf } from "../../lib/models/layer_notation.ts";
import { countParameters, disposeModel } from "../../lib/models/model.ts";
import { type Layer, nameLayers, type NetworkSpec, parameterCount } from "../../lib/models/network.ts";
import { createNetwork } from "../../lib/models/parameters.ts";
import { shareIsomorphic } from "../../lib/models/share_isomorphic.ts";
import { hasWeights } from "../../lib/models/walk.ts";
import { parseConfig } from "../../lib/runs/config/config.ts";
import { RELEASED } from "../../lib/experiments/proxy/fashion_mnist_proxy.ts";

function countOf(spec: NetworkSpec): number {
  const network = createNetwork(spec, 1);
  const count = countParameters(network);
  disposeModel(network);
  return count;
}

const FOLDED = { channels: 32, stages: [2, 3, 3] };

Deno.test("=NAME uses an earlier layer's kernel, sum stands in front of a linear layer", () => {
  assert.deepEqual(layersOf("8C3-8C3-8C3=conv2-sum-10"), [
    { type: "conv", filters: 8, kernel: 3, norm: true },
    { type: "conv", filters: 8, kernel: 3, norm: true },
    { type: "conv", filters: 8, kernel: 3, norm: true, owner: "conv2" },
    { type: "linear", units: 10, summed: true },
  ]);
  assert.deepEqual(layersOf("8-8-8=linear2-4", { norms: "hidden" })[2], {
    ...{ type: "linear", units: 8, norm: true, owner: "linear2" },
  });
  const shared = { input: [6, 6, 8] as const, layers: layersOf("8C3-8C3=conv1-P2-8C3=conv2-sum-10") };
  const owners = nameLayers(shared).filter(hasWeights).map(({ owner }) => owner);
  assert.deepEqual(owners, ["conv1", "conv1", "conv1", "linear1"]); // conv2's kernel is conv1's
});

Deno.test("isomorphic layers share: those of the published networks, and all but the first of the folded one", () => {
  const ownersOf = (spec: NetworkSpec) =>
    nameLayers(shareIsomorphic(spec)).filter(hasWeights)
      .flatMap(({ name, owner }) => name === owner ? [] : [`${name}=${owner}`]);
  assert.deepEqual(ownersOf(fashionNetwork()), ["conv3=conv2"]);
  assert.deepEqual(ownersOf(cifarNetwork()), ["conv4=conv3", "conv5=conv3"]);
  const eight = [3, 4, 5, 6, 7, 8, 9].map((number) => `conv${number}=conv2`);
  assert.deepEqual(ownersOf(foldedNetwork(FOLDED)), eight);
});

Deno.test("a shared kernel is one tensor with its owner's initial values, and each layer has a norm of its own", () => {
  const [shared, unshared] = [shareIsomorphic, (spec: NetworkSpec) => spec].map((of) =>
    createNetwork(of(foldedNetwork({ channels: 4, stages: [1, 2] })), 7)
  );
  const names = [...shared?.parameters.keys() ?? []];
  assert.deepEqual(names.filter((name) => name.endsWith("kernel")), [
    ...["conv1.kernel", "conv2.kernel", "linear1.kernel"],
  ]);
  assert.deepEqual(
    names.filter((name) => name.endsWith("gamma")),
    [1, 2, 3, 4].map((conv) => `conv${conv}.norm.gamma`),
  );
  assert.deepEqual([...shared?.statistics.keys() ?? []], [...unshared?.statistics.keys() ?? []]);
  for (const [name, { value }] of shared?.parameters ?? []) {
    assert.deepEqual(value.dataSync(), unshared?.parameters.get(name)?.value.dataSync());
  }
  for (const network of [shared, unshared]) if (network !== undefined) disposeModel(network);
});

Deno.test("parameters: as built, as counted, and as the layers add up to; operations are those without sharing", () => {
  const folded = foldedNetwork(FOLDED);
  const [kernel, own] = [9 * 32 * 32, 9 * 32 + 9 * 2 * 32 + 32 * 10];
  assert.equal(countOf(folded), 8 * kernel + own); // 74,912
  assert.equal(countOf(shareIsomorphic(folded)), kernel + own); // 10,400
  assert.equal(parameterCount(shareIsomorphic(fashionNetwork())), 19_599_744 - 9 * 128 * 128);
  const saved = parameterCount(cifarNetwork()) - parameterCount(shareIsomorphic(cifarNetwork()));
  assert.equal(saved, 2 * 9 * 512 * 512);
  for (const spec of [folded, fashionNetwork(), cifarNetwork()]) {
    assert.deepEqual(fans(shareIsomorphic(spec)), fans(spec));
  }
  const rows = describeLayers(shareIsomorphic(folded));
  assert.equal(rows.reduce((sum, { Parameters }) => sum + Parameters, 0), 10_400);
  assert.deepEqual(rows[2], {
    ...{ Layer: "conv3", Weights: "3 × 3 × 32 → 32, of conv2", Output: "28 × 28 × 32" },
    ...{ "Batch norm": "yes", Parameters: 64, MACs: 784 * kernel },
  });
  assert.equal(rows.at(-1)?.Weights, "32 → 10, summed over 7 × 7");
});

Deno.test("the entries count what is built, shared and unshared, and say what is shared", () => {
  const settings: NetworkSettings[] = [
    { name: "fashion-7", width: 1 / 16 },
    { name: "fashion-6", width: 1 / 16 },
    { name: "cifar-10-layer", width: 1 / 32, norms: "hidden" },
    { name: "fashion-folded", channels: 6, stages: [1, 2] },
    { name: "spiking-convmixer", dim: 6, depth: 2, kernel: 3, patch: 4 },
  ];
  assert.equal(settings.length, NETWORKS.filter(({ lives }) => lives === 2).length);
  for (const one of settings) {
    const entry = networkOf(one);
    const all = { ...one, sharing: "all" } as NetworkSettings;
    if (entry.lives !== 2) assert.fail(one.name);
    for (const each of [one, all]) {
      const seen: Seen = { image: entry.spec(each).input, classes: 10 };
      assert.equal(parametersOf(each, seen), countOf(entry.spec(each)));
    }
    assert.ok(countOf(entry.spec(all)) < countOf(entry.spec(one)));
    assert.equal(entry.recipe(all), `${entry.recipe(one)}, one kernel for isomorphic layers`);
  }
  const config = { ...RELEASED, network: { ...RELEASED.network, sharing: "some" } };
  assert.throws(() => parseConfig(config), /network.sharing is "some", but must be all/);
});

Deno.test("layers that cannot share are refused in one sentence: which, and what differs", () => {
  const conv = (more: Partial<Layer> = {}) =>
    ({ type: "conv", filters: 4, kernel: 3, norm: true, ...more }) as Layer;
  const linear = (more: Partial<Layer> = {}) => ({ type: "linear", units: 4, ...more }) as Layer;
  const last = linear();
  const cases: [Layer[], RegExp][] = [
    [
      [conv(), conv({ owner: "conv1" }), last],
      /conv2 is to use the kernel of conv1, but they are not isomorphic: input channels are 4 and 2; share between/,
    ],
    [
      [conv(), conv(), conv({ owner: "conv2", kernel: 5, filters: 6 }), last],
      /conv3 .* kernel sizes are 5 x 5 and 3 x 3, output channels are 6 and 4;/,
    ],
    [[conv(), conv({ bias: true }), conv({ owner: "conv2" }), last], /biases are absent and there/],
    [[conv(), last, linear({ owner: "conv1" })], /linear2 .* their types are linear and conv/],
    [
      [linear({ units: 72 }), linear({ units: 72, owner: "linear1" }), last],
      /linear2 .* inputs are 72 and 6 x 6 x 2;/, // one has the image's order of rows
    ],
    [
      [linear(), linear({ units: 5 }), linear({ units: 4, owner: "linear2" })],
      /linear3 .* inputs are 5 and 4, units are 4 and 5/,
    ],
    [
      [conv(), conv({ owner: "conv7" }), last],
      /conv2 is to use the kernel of "conv7", which is no layer with weights before it; use one of conv1\.$/,
    ],
    [[conv(), conv({ owner: "conv3" }), conv(), last], /kernel of "conv3", which is no layer .* before it/],
    [[conv(), conv({ owner: "conv2" }), last], /kernel of "conv2", which is no layer .* before it/],
    [[conv({ owner: "conv1" }), last], /which is no layer with weights before it; leave that out/],
    [
      [conv(), { type: "maxpool", size: 2 }, conv({ owner: "maxpool1" }), last],
      /kernel of "maxpool1", which is no layer with weights/,
    ],
    [[linear(), linear({ summed: true })], /linear2 needs an image \[H, W, C\] but gets 4/],
  ];
  for (const [layers, message] of cases) {
    const spec = { input: [6, 6, 2] as const, layers };
    assert.throws(() => createNetwork(spec, 1), message);
    assert.throws(() => createNetwork(spec, 1), /^UsageError: Building the network: [^.]*\.$/);
    assert.throws(() => parseArchitecture(spec), message);
  }
  const unknown: [string, RegExp][] = [
    ["8C3-8C3=conv9-10", /kernel of "conv9", which is no layer with weights before it; use one of conv1/],
    ["8C3-8C3=-10", /its layer "8C3=" is unknown; write .* as in 32C3=conv2\.$/],
    ["8C3-P2=conv1-10", /its layer "P2=conv1" is unknown/],
    ["8C3-8C3=2-10", /its layer "8C3=2" is unknown/],
    ["8C3-10-sum", /its layer "sum" is unknown; write .* or sum-n \(linear, of the sum over all positions\)/],
    ["8C3-sum-8C3-10", /its layer "sum-8C3" is unknown/],
    ["8C3-sum-sum-10", /its layer "sum-sum-10" is unknown/],
    ["8C3-sum-P2-10", /its layer "sum-P2" is unknown/],
  ];
  for (const [notation, message] of unknown) {
    assert.throws(() => createNetwork({ input: [6, 6, 2], layers: layersOf(notation) }, 1), message);
  }
  assert.throws(
    () => foldedNetwork({ channels: 0, stages: [1] }),
    /channels is 0, but must be a whole number/,
  );
  assert.throws(() => foldedNetwork({ channels: 4, stages: [] }), /it has no stages; give the convolutions/);
  assert.throws(() => foldedNetwork({ channels: 4, stages: [1, 0] }), /stages\[1\] is 0, but must be/);
});
