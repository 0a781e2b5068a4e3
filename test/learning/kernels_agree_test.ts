import assert from "node:assert/strict";
import { orderedBatches } from "../../lib/data/batches.ts";
import { assemble } from "../../lib/runs/assemble/assemble.ts";
import type { RunConfig } from "../../lib/runs/config/config.ts";
import { RELEASED_CONVMIXER } from "../../lib/experiments/sharing/convmixer_sharing.ts";
import { RELEASED } from "../../lib/experiments/proxy/fashion_mnist_proxy.ts";
import { RELEASED_SE_RESNET } from "../../lib/experiments/sharing/se_resnet_sharing.ts";
import { toTensors } from "../../lib/learning/tensors.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { withKernels } from "../with_kernels.ts";

const STEPS = 200;
const BLOCK = 50;

/** Mean loss of every 50 of 200 steps from one seed; where a recipe freezes its norms, it does so for the second half. */
async function blockMeans(
  kernels: "native" | "reference",
  config: RunConfig,
  batch: number,
): Promise<number[]> {
  const assembly = await assemble(config);
  const { dataset, model, rule, optimiser } = assembly;
  const source = orderedBatches(dataset.train, dataset.shape, batch);
  const freezes = config.training.freezeNormAfter < config.training.epochs;
  try {
    const train = (step: number) =>
      tf.tidy(() => {
        const given = toTensors(source.batch(1, step), source.shape, model.classes);
        const { loss, gradients } = rule.step(
          model,
          given,
          freezes && step >= STEPS / 2 ? "frozen" : "train",
        );
        optimiser.apply(model.parameters, gradients, config.optimiser.learningRate);
        return loss.dataSync()[0] as number;
      });
    const losses = withKernels(kernels, () => Array.from({ length: STEPS }, (_, step) => train(step)));
    return Array.from(
      { length: STEPS / BLOCK },
      (_, block) =>
        losses.slice(block * BLOCK, (block + 1) * BLOCK).reduce((sum, loss) => sum + loss, 0) / BLOCK,
    );
  } finally {
    await assembly.dispose();
  }
}

async function checkAgreement(config: RunConfig, batch: number, tolerance: number): Promise<void> {
  const native = await blockMeans("native", config, batch);
  const reference = await blockMeans("reference", config, batch);
  native.forEach((mean, block) => {
    const expected = reference[block] as number;
    assert.ok(
      Math.abs(mean - expected) <= tolerance * expected,
      `steps ${block * BLOCK + 1} to ${
        (block + 1) * BLOCK
      }: mean loss ${mean} with kernels, ${expected} without`,
    );
  });
  const difference = native.map((mean, block) => Math.abs(mean / (reference[block] as number) - 1));
  console.log(
    `    largest difference of a mean over ${BLOCK} steps: ${(100 * Math.max(...difference)).toFixed(3)} %`,
  );
  const [first, , , last] = native as [number, number, number, number];
  assert.ok(last < 0.95 * first, `training that learns nothing proves nothing: ${first} to ${last}`);
}

/** `rule` on a small seven-layer network. */
function fashion(rule: RunConfig["rule"], learningRate = 1e-3, width = 1 / 16): RunConfig {
  return {
    ...RELEASED,
    network: { ...RELEASED.network, width },
    rule,
    optimiser: { ...RELEASED.optimiser, learningRate },
  };
}

Deno.test("200 steps of an ANN learn alike with and without native kernels", async () => {
  // Rounding alone differs, more where Winograd's convolutions are used, as at this width; a small rate keeps it from growing.
  await checkAgreement(fashion({ name: "ann" }, 2e-4, 1 / 4), 20, 0.02);
});

Deno.test("200 steps of proxy learning learn alike with and without native kernels", async () => {
  // A membrane that rounding moves across its threshold changes a whole spike, so single steps drift apart by
  // a quarter; means over 50 steps stay within a few per cent.
  await checkAgreement(fashion({ ...RELEASED.rule, T: 12, target: 2 }, 3e-3), 20, 0.1);
});

Deno.test("200 steps of surrogate gradients learn alike with and without native kernels", async () => {
  const neuron = { T: 4, threshold: 1, reset: "hard", initialMembrane: 0 } as const;
  // Spikes flip as above, but the surrogate's gradients are smooth.
  await checkAgreement(fashion({ name: "surrogate", ...neuron, alpha: 2, detachReset: true }), 20, 0.05);
});

Deno.test("200 steps of tandem learning learn alike with and without native kernels", async () => {
  const neuron = { T: 12, threshold: 1, reset: "subtract", initialMembrane: 0 } as const;
  const published = {
    norms: "of-counts",
    normMomentum: 0.9,
    scaleDeviation: 2,
    stopAtSaturation: false,
  } as const;
  // Spikes flip as above, and the running norms that see them move fast: at a rate of 1e-3 two thread counts part by a quarter.
  await checkAgreement(fashion({ name: "tandem", ...neuron, ...published }, 2e-4), 20, 0.05);
});

Deno.test("200 steps of a shared ConvMixer learn alike with and without native kernels", async () => {
  const network = {
    ...RELEASED_CONVMIXER.network,
    dim: 16,
    depth: 4,
    kernel: 5,
    patch: 4,
    sharing: "all",
  } as const;
  // Rounding alone differs.
  await checkAgreement({ ...RELEASED_CONVMIXER, network }, 32, 0.02);
});

Deno.test("200 steps of a shared SE-ResNet learn alike with and without native kernels", async () => {
  const network = {
    ...RELEASED_SE_RESNET.network,
    stem: 4,
    widths: [8, 8, 16],
    sharedStages: [1, 2, 3],
    reduction: 4,
  };
  // Rounding alone differs; a rate of 0.1 makes it grow faster.
  await checkAgreement({ ...RELEASED_SE_RESNET, network }, 32, 0.05);
});
