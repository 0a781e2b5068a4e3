import assert from "node:assert/strict";
import { orderedBatches } from "../../lib/data/batches.ts";
import { assemble } from "../../lib/runs/assemble/assemble.ts";
import type { RunConfig } from "../../lib/runs/config/config.ts";
import { RELEASED_CONVMIXER } from "../../lib/experiments/sharing/convmixer_sharing.ts";
import { RELEASED } from "../../lib/experiments/proxy/fashion_mnist_proxy.ts";
import { RELEASED_SE_RESNET } from "../../lib/experiments/sharing/se_resnet_sharing.ts";
import { type Model, modelVariables } from "../../lib/models/model.ts";
import { toTensors } from "../../lib/learning/tensors.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { withKernels } from "../with_kernels.ts";

const STEPS = 200;
const BLOCKS = 4;
/** So few that they are learned by heart, whatever the seed: losses of the same images are compared, early and late. */
const BATCHES = 25;
/** The reference takes several times as long as the kernels, and sees every so many steps: every batch once. */
const SEEN = STEPS / BATCHES;

/**
 * How far the reference may be from the native kernels on average: in the loss, and in the gradients relative to their own length.
 * The bounds are of means over all steps seen, as few of them hold a membrane so close to its threshold that rounding decides.
 */
interface Tolerance {
  loss: number;
  gradient: number;
}

/** In a typical step (the median) no spike is decided by rounding, and gradients differ by rounding alone; seen: up to 1e-4. */
const TYPICAL_GRADIENT = 1e-3;

/**
 * Learns by native kernels for 200 steps from one seed; at every eighth the reference sees the same weights, statistics and batch,
 * so that rounding cannot grow from step to step. Where a recipe freezes its norms, it does so for the second half.
 */
async function checkAgreement(config: RunConfig, batch: number, tolerance: Tolerance): Promise<void> {
  const assembly = await assemble(config);
  const { dataset, model, rule, optimiser } = assembly;
  const source = orderedBatches(dataset.train, dataset.shape, batch);
  const freezes = config.training.freezeNormAfter < config.training.epochs;
  const learned: number[] = [];
  const seen: { native: number; reference: number; distance: number }[] = [];
  try {
    for (let step = 0; step < STEPS; step++) {
      tf.tidy(() => {
        const given = toTensors(source.batch(1, step % BATCHES), source.shape, model.classes);
        const mode = freezes && step >= STEPS / 2 ? "frozen" : "train";
        const by = (kernels: "native" | "reference") =>
          withKernels(kernels, () => {
            const { loss, gradients } = rule.step(model, given, mode);
            return { loss: loss.dataSync()[0] as number, gradients };
          });
        const reference = step % SEEN === 0 ? withoutMoving(model, () => by("reference")) : undefined;
        const native = by("native");
        learned.push(native.loss);
        if (reference !== undefined) {
          const apart = distance(native.gradients, reference.gradients);
          seen.push({ native: native.loss, reference: reference.loss, distance: apart });
        }
        optimiser.apply(model.parameters, native.gradients, config.optimiser.learningRate);
      });
    }
  } finally {
    await assembly.dispose();
  }
  const loss = Math.abs(mean(seen.map((one) => one.native)) / mean(seen.map((one) => one.reference)) - 1);
  const distances = seen.map((one) => one.distance).toSorted((one, other) => one - other);
  const [gradient, typical] = [mean(distances), distances[distances.length >> 1] as number];
  const [first, ...later] = blockMeans(learned);
  const fallen = Math.min(...later) / (first as number);
  const said = [loss, gradient, typical].map((one) => one.toExponential(1));
  console.log(
    `    apart: mean loss ${said[0]}, gradients ${said[1]}, in a typical step ${said[2]}; ` +
      `the loss fell to ${(100 * fallen).toFixed(0)} %`,
  );
  assert.ok(loss <= tolerance.loss, `the mean loss with kernels is apart by ${loss}`);
  assert.ok(gradient <= tolerance.gradient, `gradients are apart by ${gradient}`);
  assert.ok(typical <= TYPICAL_GRADIENT, `gradients of a typical step are apart by ${typical}`);
  assert.ok(
    fallen < 0.95,
    `training that learns nothing proves nothing: the loss fell to ${fallen} of itself`,
  );
}

/** What `action` gives, with the model as it was before. */
function withoutMoving<T>(model: Model, action: () => T): T {
  const before = new Map([...modelVariables(model)].map(([name, variable]) => [name, tf.clone(variable)]));
  const result = action();
  modelVariables(model).forEach((variable, name) => variable.assign(before.get(name) as tf.Tensor));
  return result;
}

/** Length of the difference of all gradients together, relative to that of the second ones. */
function distance(ones: ReadonlyMap<string, tf.Tensor>, others: ReadonlyMap<string, tf.Tensor>): number {
  const squares = (tensors: tf.Tensor[]) =>
    tf.addN(tensors.map((tensor) => tf.sum(tf.square(tensor)))).dataSync()[0] as number;
  const differences = [...others].map(([name, other]) => tf.sub(ones.get(name) as tf.Tensor, other));
  return Math.sqrt(squares(differences) / squares([...others.values()]));
}

/** Means of four parts of the steps, one after the other. */
function blockMeans(values: readonly number[]): number[] {
  const size = values.length / BLOCKS;
  return Array.from({ length: BLOCKS }, (_, block) => mean(values.slice(block * size, (block + 1) * size)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** `rule` on a small seven-layer network. */
function fashion(rule: RunConfig["rule"], learningRate = 1e-3, width = 1 / 8): RunConfig {
  return {
    ...RELEASED,
    network: { ...RELEASED.network, width },
    rule,
    optimiser: { ...RELEASED.optimiser, learningRate },
  };
}

/** Sums in another order; seen (each bound: over several seeds, with one and two threads): 5e-7 of a loss, 4e-4 of a gradient. */
const ROUNDING: Tolerance = { loss: 1e-4, gradient: 0.01 };
/** A membrane that rounding moves across its threshold changes a whole spike; seen: 1.3 % of a loss, 6 % of gradients. */
const SPIKES: Tolerance = { loss: 0.05, gradient: 0.2 };
/** The same, but a surrogate's gradients are smooth; seen: no spike of an output, 0.1 % of gradients. */
const SMOOTH_SPIKES: Tolerance = { loss: 0.01, gradient: 0.02 };

Deno.test("along 200 steps of an ANN kernels and reference agree", async () => {
  await checkAgreement(fashion({ name: "ann" }, 1e-3, 1 / 4), 10, ROUNDING);
});

Deno.test("along 200 steps of proxy learning kernels and reference agree", async () => {
  await checkAgreement(fashion({ ...RELEASED.rule, T: 12, target: 2 }), 10, SPIKES);
});

Deno.test("along 200 steps of surrogate gradients kernels and reference agree", async () => {
  const neuron = { T: 4, threshold: 1, reset: "hard", initialMembrane: 0 } as const;
  await checkAgreement(
    fashion({ name: "surrogate", ...neuron, alpha: 2, detachReset: true }),
    10,
    SMOOTH_SPIKES,
  );
});

Deno.test("along 200 steps of tandem learning kernels and reference agree", async () => {
  const neuron = { T: 12, threshold: 1, reset: "subtract", initialMembrane: 0 } as const;
  const published = {
    norms: "of-counts",
    normMomentum: 0.9,
    scaleDeviation: 2,
    stopAtSaturation: false,
  } as const;
  await checkAgreement(fashion({ name: "tandem", ...neuron, ...published }), 10, SPIKES);
});

Deno.test("along 200 steps of a folded spiking network kernels and reference agree, by proxy and by surrogate gradients", async () => {
  const network: RunConfig["network"] = {
    ...{ name: "fashion-folded", channels: 8, stages: [1, 2], sharing: "all" },
  };
  const neuron = { T: 4, threshold: 1, reset: "hard", initialMembrane: 0 } as const;
  const surrogate = { name: "surrogate", ...neuron, alpha: 2, detachReset: true } as const;
  await checkAgreement({ ...fashion({ ...RELEASED.rule, T: 8, target: 2 }, 3e-3), network }, 10, SPIKES);
  await checkAgreement({ ...fashion(surrogate, 3e-3), network }, 10, SMOOTH_SPIKES);
});

Deno.test("along 200 steps of a shared ConvMixer kernels and reference agree", async () => {
  const network = {
    ...RELEASED_CONVMIXER.network,
    dim: 16,
    depth: 4,
    kernel: 5,
    patch: 4,
    sharing: "all",
  } as const;
  await checkAgreement({ ...RELEASED_CONVMIXER, network }, 16, ROUNDING);
});

Deno.test("along 200 steps of a shared SE-ResNet kernels and reference agree", async () => {
  const network = {
    ...RELEASED_SE_RESNET.network,
    stem: 4,
    widths: [8, 8, 16],
    sharedStages: [1, 2, 3],
    reduction: 4,
  };
  await checkAgreement({ ...RELEASED_SE_RESNET, network }, 16, ROUNDING);
});
