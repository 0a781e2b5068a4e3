import assert from "node:assert/strict";
import { crossEntropy } from "../../lib/learning/losses.ts";
import { optimiserOf } from "../../lib/learning/optimisers.ts";
import type { LearningRule } from "../../lib/learning/rule.ts";
import { converts, RULES as ALL } from "../../lib/learning/rules/all.ts";
import { annRule } from "../../lib/learning/rules/ann.ts";
import { noReplacementRule } from "../../lib/learning/rules/no_replacement.ts";
import { proxyRule } from "../../lib/learning/rules/proxy.ts";
import { proxyControlRule } from "../../lib/learning/rules/proxy_control.ts";
import { surrogateRule } from "../../lib/learning/rules/surrogate.ts";
import { tandemRule } from "../../lib/learning/rules/tandem.ts";
import { annForward } from "../../lib/models/ann.ts";
import { disposeModel } from "../../lib/models/model.ts";
import type { NormMode } from "../../lib/ops/batch_norm.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { RELEASED } from "../../lib/experiments/proxy/fashion_mnist_proxy.ts";
import { assertAllClose } from "../assert_all_close.ts";
import { assertDerivatives, centralDifferences, kinkPattern } from "../central_differences.ts";
import { SHARED, SHARED_SUM, sourceOf, unrolled } from "../shared_network.ts";
import { networkOf, smallImages, smallLabels } from "../small_network.ts";
import { withKernels } from "../with_kernels.ts";

const SPIKING = { T: 6, neuron: { threshold: 0.5, reset: "hard", initialMembrane: 0 } } as const;
const SOFT = { ...SPIKING, neuron: { ...SPIKING.neuron, reset: "subtract" } } as const;

const COUNTS = { output: "count", target: 2 } as const;

/** Every learning rule; a conversion trains as the ANN does. */
const RULES: readonly LearningRule[] = [
  annRule(annForward),
  proxyRule({ ...SPIKING, ...COUNTS }),
  proxyControlRule({ ...SPIKING, ...COUNTS, activations: "snn", masks: "snn", hold: 0.5 }),
  proxyControlRule({ ...SPIKING, ...COUNTS, feedback: "random" }),
  noReplacementRule({ ...SPIKING, ...COUNTS }),
  surrogateRule({ ...SPIKING, alpha: 2, detachReset: true }),
  tandemRule({ ...SOFT, norms: "of-counts", stopAtSaturation: false }),
  tandemRule({ ...SOFT, norms: "per-step", stopAtSaturation: true }),
];

Deno.test("shared kernels are tried with every rule that there is", () => {
  const names = ALL.filter((rule) => !converts(rule)).map(({ name }) => name);
  assert.deepEqual([...new Set(RULES.map(({ name }) => name))].toSorted(), names.toSorted());
});

const batchOf = (seed: number) => ({ images: smallImages(4, seed), targets: smallLabels(4) });

/** The gradient of every shared kernel must be the sum of those of the network that has one for each use. */
function checkSums(rule: LearningRule, spec: typeof SHARED, mode: NormMode): void {
  const shared = networkOf(31, spec);
  const apart = unrolled(shared);
  const [ours, theirs] = [shared, apart].map((network) => rule.step(network, batchOf(32), mode));
  const sums = new Map<string, tf.Tensor>();
  for (const [name, gradient] of theirs?.gradients ?? []) {
    const sum = sums.get(sourceOf(spec, name));
    sums.set(sourceOf(spec, name), sum === undefined ? gradient : tf.add(sum, gradient));
  }
  assert.deepEqual(ours?.output.dataSync(), theirs?.output.dataSync());
  assert.deepEqual([...ours?.gradients.keys() ?? []].sort(), [...sums.keys()].sort());
  for (const [name, gradient] of ours?.gradients ?? []) {
    const wanted = (sums.get(name) as tf.Tensor).dataSync();
    const largest = Math.max(...wanted.map(Math.abs));
    // The same terms in another order: float32 rounding; a bias in front of a batch's own norm has none but that.
    assertAllClose(gradient.dataSync(), wanted, { rtol: 1e-4, atol: 1e-5 * Math.max(largest, 1) });
    if (name.endsWith("kernel")) assert.ok(largest > 0, `${rule.name} ${mode} ${name}`);
  }
  for (const [name, statistic] of shared.statistics) {
    assert.deepEqual(statistic.dataSync(), apart.statistics.get(name)?.dataSync(), name);
  }
}

for (const [where, spec] of [["convolutions and linear layers", SHARED], ["a sum", SHARED_SUM]] as const) {
  for (const kernels of ["native", "reference"] as const) {
    Deno.test(`a shared kernel's gradient is the sum over its uses, for every rule: ${where}, ${kernels}`, () => {
      withKernels(kernels, () => {
        for (const rule of RULES) {
          for (const mode of ["frozen", "train"] as const) tf.tidy(() => checkSums(rule, spec, mode));
        }
      });
    });
  }

  Deno.test(`the ANN's gradients agree with central differences where kernels are shared: ${where}`, () => {
    tf.tidy(() => {
      const network = networkOf(33, spec);
      const batch = batchOf(34);
      const { gradients } = annRule(annForward).step(network, batch, "frozen");
      const loss = () => crossEntropy(annForward(network, batch.images, "frozen"), batch.targets);
      assertDerivatives(
        gradients,
        centralDifferences(network, loss, () => kinkPattern(network, batch.images)),
      );
    });
  });

  Deno.test(`native kernels and references learn the same from shared kernels: ${where}`, () => {
    for (const rule of RULES) {
      tf.tidy(() => {
        const [native, reference] = (["native", "reference"] as const).map((kernels) =>
          withKernels(kernels, () => rule.step(networkOf(35, spec), batchOf(36), "frozen").gradients)
        );
        for (const [name, gradient] of native ?? []) {
          const wanted = (reference?.get(name) as tf.Tensor).dataSync();
          const largest = Math.max(...wanted.map(Math.abs));
          assertAllClose(gradient.dataSync(), wanted, { rtol: 1e-3, atol: 1e-4 * Math.max(largest, 1e-3) });
        }
      });
    }
  });
}

Deno.test("a shared kernel, its gradient and its moments exist once, however many layers use it", async () => {
  const { optimiser: config } = RELEASED;
  const kept = async (spec: typeof SHARED) => {
    const network = networkOf(37, spec);
    const optimiser = await optimiserOf(config).make(config);
    const before = tf.memory();
    let gradients = 0;
    tf.tidy(() => {
      const result = (RULES[1] as LearningRule).step(network, batchOf(38), "train");
      gradients = result.gradients.size;
      optimiser.apply(network.parameters, result.gradients, 1e-3);
      result.output.dispose();
    });
    const after = tf.memory();
    const state = {
      tensors: after.numTensors - before.numTensors,
      bytes: after.numBytes - before.numBytes,
    };
    const counts = { parameters: network.parameters.size, gradients, ...state };
    optimiser.dispose();
    disposeModel(network);
    return counts;
  };
  const unshared = unrolled(networkOf(37, SHARED));
  const [ours, theirs] = [await kept(SHARED), await kept(unshared.spec as typeof SHARED)];
  disposeModel(unshared);
  // Two convolutions without kernel and bias, one linear layer without a kernel.
  assert.equal(theirs.parameters - ours.parameters, 2 * 2 + 1);
  assert.equal(theirs.gradients - ours.gradients, 2 * 2 + 1);
  assert.equal(theirs.tensors - ours.tensors, 2 * (2 * 2 + 1)); // Adam's two moments
  assert.equal(theirs.bytes - ours.bytes, 2 * 4 * (2 * (9 * 3 * 3 + 3) + 6 * 6));
});

/** The native operations that something calls, one for each call. */
function called(action: () => void): string[] {
  const backend = tf.backend() as unknown as {
    executeMultipleOutputs: (name: string, ...rest: unknown[]) => unknown;
  };
  const { executeMultipleOutputs } = backend;
  const names: string[] = [];
  backend.executeMultipleOutputs = function (name, ...rest) {
    names.push(name);
    return executeMultipleOutputs.call(this, name, ...rest);
  };
  try {
    action();
  } finally {
    backend.executeMultipleOutputs = executeMultipleOutputs;
  }
  return names;
}

Deno.test("every use of a shared kernel is computed by events, with the norm of its layer", () => {
  withKernels("native", () => {
    const times = (names: string[], name: string) =>
      names.filter((one) => one === `Weightshare${name}`).length;
    tf.tidy(() => {
      const network = networkOf(39, SHARED);
      const step = (rule: LearningRule | undefined, mode: NormMode) =>
        called(() => rule?.step(network, batchOf(40), mode));
      const [proxy, surrogate] = ["proxy", "surrogate"].map((name) =>
        RULES.find((rule) => rule.name === name)
      );
      assert.equal(times(step(proxy, "frozen"), "SpikeConvFire"), 3);
      assert.equal(times(step(proxy, "frozen"), "SpikeLinearFire"), 4);
      assert.equal(times(step(proxy, "train"), "SpikeConvNormFire"), 3);
      assert.equal(times(step(surrogate, "frozen"), "SpikeConv"), 3);
      assert.equal(times(step(surrogate, "frozen"), "SpikeFilterGradient"), 3 + 4); // linear layers as 1 x 1
    });
  });
});
