import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parameterCounts } from "../../lib/experiments/sharing/parameter_counts.ts";
import { convMixerActivations, seResNetActivations } from "../../lib/models/activations.ts";

// Made by arithmetic on the authors' released code, and by running it where it builds the variant.
const CSV = readFileSync(join(import.meta.dirname as string, "ks_params.csv"), "utf8");
const SHORT: Record<string, string> = { depthwise: "dw", pointwise: "pw" };

Deno.test("the parameters and operations of all 336 variants are those of the released code", () => {
  const [header, ...lines] = CSV.trim().split("\n").map((line) => line.split(","));
  const counts = parameterCounts();
  assert.equal(counts.length, lines.length);
  counts.forEach((count, index) => {
    const row = Object.fromEntries(
      (header as string[]).map((name, column) => [name, lines[index]?.[column]]),
    );
    const { architecture, classes, channels, depth, kernel, patch, sharing } = count;
    assert.deepEqual(
      [
        architecture,
        `${classes}`,
        channels.join("-"),
        `${depth}`,
        `${kernel}`,
        `${patch ?? ""}`,
        SHORT[sharing] ?? sharing,
      ],
      ["arch", "classes", "dim", "depth", "kernel", "patch", "share"].map((name) => row[name]),
    );
    assert.deepEqual(
      [count.parameters, count.parametersIfBiasesNotShared ?? "", count.unsharedParameters, count.macs].map(
        String,
      ),
      ["params", "params_if_biases_not_shared", "unshared_params", "macs_32x32"].map((name) => row[name]),
    );
  });
});

Deno.test("activations: two maps of a ConvMixer, three of an SE-ResNet's widest block; sharing leaves them", () => {
  const image = [32, 32, 3] as const;
  const convMixer = { dim: 256, depth: 16, kernel: 9, patch: 1, classes: 10, image };
  assert.equal(convMixerActivations(convMixer), 2 * 32 * 32 * 256);
  assert.equal(convMixerActivations({ ...convMixer, patch: 2 }), 2 * 16 * 16 * 256);
  const seResNet = { stem: 16, widths: [64, 128, 256], reduction: 16, classes: 10, image };
  assert.equal(seResNetActivations({ ...seResNet, n: 2 }), 3 * 32 * 32 * 64);
  // One block a stage: the stem's 16 maps and 64 twice; the next stage's 64 maps and 128 twice at half the side are as many.
  assert.equal(seResNetActivations({ ...seResNet, n: 1 }), 32 * 32 * (16 + 2 * 64));
});
