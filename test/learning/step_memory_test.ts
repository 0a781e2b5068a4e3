import assert from "node:assert/strict";
import type { LearningRule } from "../../lib/learning/rule.ts";
import { proxyRule } from "../../lib/learning/rules/proxy.ts";
import { surrogateRule } from "../../lib/learning/rules/surrogate.ts";
import { tandemRule } from "../../lib/learning/rules/tandem.ts";
import { stepMemory } from "../../lib/learning/step_memory.ts";
import { disposeModel } from "../../lib/models/model.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { assertAllClose } from "../assert_all_close.ts";
import { withKernels } from "../with_kernels.ts";
import { networkOf, smallImages, smallLabels } from "../small_network.ts";

const STEPS = [4, 8, 16, 32];
const NEURON = { threshold: 0.5, reset: "hard", initialMembrane: 0 } as const;

async function bytes(ruleOf: (T: number) => LearningRule): Promise<number[]> {
  const network = networkOf(61);
  const batch = { images: smallImages(50, 62), targets: smallLabels(50) };
  const peaks: number[] = [];
  for (const T of STEPS) peaks.push(await stepMemory(ruleOf(T), network, batch));
  disposeModel(network);
  tf.dispose([batch.images, batch.targets]);
  return peaks;
}

Deno.test("a surrogate step's memory is linear in T, a proxy step's is flat, a tandem step keeps bits", () =>
  withKernels("native", checkMemory));

async function checkMemory(): Promise<void> {
  const surrogate = await bytes((T) => surrogateRule({ T, neuron: NEURON, alpha: 2, detachReset: true }));
  const perStep = surrogate.slice(1).map((peak, index) =>
    (peak - (surrogate[index] as number)) / ((STEPS[index + 1] as number) - (STEPS[index] as number))
  );
  // Spikes and charged membranes of every neuron at every step are kept for the way back.
  const neurons = 6 * 6 * 3 + 6 * 6 * 4 + 6 + 4;
  assert.ok((perStep[0] as number) >= 2 * 4 * 50 * neurons, `${perStep}`);
  // Every operation's memory is linear in T; which one has the peak may change once.
  assertAllClose(perStep, Array(3).fill(perStep[0]), { rtol: 0.05 });

  const proxy = await bytes((T) => proxyRule({ T, neuron: NEURON, output: "count", target: 1 }));
  const outputs = 2 * 4 * 50 * 4; // spikes of the last layer at every step, and one copy
  proxy.forEach((peak) => assert.ok(peak - (proxy[0] as number) <= outputs * 32, `${proxy}`));

  const soft = { ...NEURON, reset: "subtract" } as const;
  const tandem = await bytes((T) =>
    tandemRule({ T, neuron: soft, norms: "per-step", stopAtSaturation: false })
  );
  const words = 6 * 6 + 6 * 6 + 3 * 3 + 1; // of 32 neurons' spikes, of an image at each step, and one copy
  assert.ok((tandem[3] as number) - (tandem[0] as number) <= 2 * 4 * 50 * words * (32 - 4), `${tandem}`);
}

Deno.test("measuring leaves no tensor behind", async () => {
  const network = networkOf(63);
  const batch = { images: smallImages(4, 64), targets: smallLabels(4) };
  const before = tf.memory().numTensors;
  await stepMemory(surrogateRule({ T: 3, neuron: NEURON, alpha: 2, detachReset: true }), network, batch);
  assert.equal(tf.memory().numTensors, before);
  disposeModel(network);
  tf.dispose([batch.images, batch.targets]);
});
