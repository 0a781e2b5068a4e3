import assert from "node:assert/strict";
import { createClassifier } from "../../lib/models/classifier.ts";
import { convMixer } from "../../lib/models/convmixer.ts";
import { describeLayers, describeParameters } from "../../lib/models/describe.ts";
import { fans } from "../../lib/models/fan_out.ts";
import { countParameters } from "../../lib/models/model.ts";
import { createNetwork } from "../../lib/models/parameters.ts";
import { layersOf } from "../../lib/models/layer_notation.ts";
import { seResNet } from "../../lib/models/se_resnet.ts";
import { zeroFill } from "../../lib/models/maker.ts";

function sum(values: (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

Deno.test("a network's layers are described with what the built network has", () => {
  const spec = { input: [9, 9, 2], layers: layersOf("4C3-P2-6C3-P2-20-5", { norms: "hidden" }) } as const;
  const rows = describeLayers(spec);
  assert.deepEqual(rows.map(({ Layer }) => Layer), [
    ...["conv1", "maxpool1", "conv2", "maxpool2", "linear1", "linear2"],
  ]);
  assert.deepEqual(rows.map(({ Weights }) => Weights), [
    ...["3 × 3 × 2 → 4", "2 × 2 maximum", "3 × 3 × 4 → 6", "2 × 2 maximum", "24 → 20", "20 → 5"],
  ]);
  assert.deepEqual(rows[1], {
    ...{ Layer: "maxpool1", Weights: "2 × 2 maximum", Output: "4 × 4 × 4", "Batch norm": "–" },
    ...{ Parameters: 0, MACs: null },
  });
  assert.equal(sum(rows.map(({ Parameters }) => Parameters)), countParameters(createNetwork(spec, 1)));
  assert.equal(sum(rows.map(({ MACs }) => MACs)), sum(fans(spec).map(({ macs }) => macs)));
});

Deno.test("a model's parameters are described by kind, every scalar once", () => {
  const mixer = { dim: 6, depth: 3, kernel: 3, patch: 2, classes: 4, image: [8, 8, 3] } as const;
  const shared = createClassifier(convMixer({ ...mixer, sharing: "all" }), zeroFill);
  const apart = createClassifier(convMixer({ ...mixer, sharing: "none" }), zeroFill);
  const resnet = createClassifier(
    seResNet({
      ...{ n: 2, stem: 4, widths: [4, 6], sharedStages: [2], reduction: 2, classes: 4, image: [8, 8, 3] },
    }),
    zeroFill,
  );
  for (const model of [shared, apart, resnet]) {
    const rows = describeParameters(model);
    assert.equal(sum(rows.map(({ Parameters }) => Parameters)), countParameters(model));
    assert.equal(sum(rows.map(({ Tensors }) => Tensors)), model.parameters.size);
  }
  const row = (model: typeof shared, kind: string) =>
    describeParameters(model).find(({ Parameter }) => Parameter === kind);
  assert.deepEqual(row(shared, "shared.pointwise.kernel"), {
    ...{ Parameter: "shared.pointwise.kernel", Shape: "1 × 1 × 6 × 6", Tensors: 1, Parameters: 36 },
  });
  assert.equal(row(resnet, "stages.*.blocks.*.squeeze.kernel")?.Shape, "4 × 2 to 6 × 3");
  assert.deepEqual(row(apart, "blocks.*.pointwise.kernel"), {
    ...{ Parameter: "blocks.*.pointwise.kernel", Shape: "1 × 1 × 6 × 6", Tensors: 3, Parameters: 108 },
  });
});
