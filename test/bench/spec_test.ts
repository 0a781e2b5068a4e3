import assert from "node:assert/strict";
import { peersOf } from "../../bench/peers.ts";
import { type FashionSpec, imagesOf, resize, SPECS, type WorkloadSpec } from "../../bench/spec.ts";
import { AVAILABLE } from "../../bench/workloads/all.ts";

function named(name: string): WorkloadSpec {
  return SPECS.find((spec) => spec.name === name) as WorkloadSpec;
}

Deno.test("the six workloads that other projects' numbers are compared with have their names", () => {
  const names = [
    "snn-inference",
    "proxy-step",
    "surrogate-step",
    "convmixer-256-16",
    "convmixer-128-8",
    "se-resnet-2",
  ];
  assert.deepEqual(SPECS.map(({ name }) => name).filter((name) => names.includes(name)), names);
});

Deno.test("a size given is a size used, on every kind of workload", () => {
  const inference = resize(named("snn-inference"), {
    batch: 3,
    width: 0.5,
    T: 4,
    density: 0.1,
  }) as FashionSpec;
  assert.deepEqual([inference.batch, inference.width, inference.T, inference.density], [3, 0.5, 4, 0.1]);
  const mixer = resize(named("convmixer-256-16"), { width: 1 / 4, T: 4 });
  assert.deepEqual(mixer, { ...named("convmixer-256-16"), dim: 64 });
  const resnet = resize(named("se-resnet-2"), { width: 1 / 2, batch: 2 });
  assert.deepEqual(resnet, { ...named("se-resnet-2"), batch: 2, stem: 8, widths: [32, 64, 128] });
});

Deno.test("a workload keeps its own sizes when none is given", () => {
  for (const spec of SPECS) assert.deepEqual(resize(spec, {}), spec);
});

Deno.test("every workload has a name of its own and a side of ours; what peers do not do has no peers", () => {
  assert.equal(new Set(SPECS.map(({ name }) => name)).size, SPECS.length);
  assert.deepEqual(AVAILABLE, SPECS);
  const alone = SPECS.filter((spec) => peersOf(spec).length === 0).map(({ name }) => name);
  assert.deepEqual(alone, [
    "proxy-step-norms",
    "proxy-step-quarter-norms",
    "tandem-step-quarter",
    "spike-depthwise",
    "spike-depthwise-dense",
    "proxy-epoch-quarter",
    "convmixer-128-8-epoch",
  ]);
});

Deno.test("an epoch's images are those it trains on, and its experiment decides its width", () => {
  const epoch = named("convmixer-128-8-epoch");
  assert.equal(imagesOf(epoch), 5_000);
  assert.deepEqual(resize(epoch, { width: 1 / 2, T: 3, batch: 64 }), { ...epoch, batch: 64 });
  assert.equal(imagesOf(named("proxy-step-quarter")), 100);
});
