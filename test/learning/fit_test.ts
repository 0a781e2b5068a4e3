import assert from "node:assert/strict";
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { annForward } from "../../lib/models/ann.ts";
import type { Network } from "../../lib/models/parameters.ts";
import { networkOf } from "../small_network.ts";
import type { BatchSource } from "../../lib/data/batches.ts";
import { Adam } from "../../lib/learning/adam.ts";
import { fit, type FitOptions } from "../../lib/learning/fit.ts";
import { Interruptible } from "../../lib/learning/interrupt.ts";
import type { EpochLine } from "../../lib/learning/metrics.ts";
import type { Progress } from "../../lib/learning/progress.ts";
import { annRule } from "../../lib/learning/rules/ann.ts";
import { proxyRule } from "../../lib/learning/rules/proxy.ts";
import { surrogateRule } from "../../lib/learning/rules/surrogate.ts";
import { tandemRule } from "../../lib/learning/rules/tandem.ts";
import { constantSchedule } from "../../lib/learning/schedule.ts";
import { disposeModel } from "../../lib/models/model.ts";
import { randomStream, randomUniform } from "../../lib/ops/random.ts";
import { tf } from "../../lib/ops/tensorflow.ts";

/** Images whose class shows as a bright channel-0 quadrant. */
function quadrants(steps: number, poison?: { epoch: number; step: number }): BatchSource {
  return {
    shape: [6, 6, 2],
    batchSize: 8,
    steps,
    batch(epoch, step) {
      const labels = Uint8Array.from({ length: 8 }, (_, row) => row % 4);
      const images = randomUniform(randomStream(5, epoch, step), 8 * 72, 0, 0.3);
      labels.forEach((label, row) => {
        for (let y = 0; y < 3; y++) {
          for (let x = 0; x < 3; x++) {
            images[row * 72 + ((y + 3 * (label >> 1)) * 6 + x + 3 * (label & 1)) * 2] = 1;
          }
        }
      });
      if (poison?.epoch === epoch && poison.step === step) images[0] = NaN;
      return { images, labels, size: 8 };
    },
  };
}

function options(change: Partial<FitOptions<Network>> = {}): FitOptions<Network> {
  return {
    name: "test",
    model: networkOf(31),
    rule: annRule(annForward),
    optimiser: new Adam({ beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0 }),
    schedule: constantSchedule(1e-2),
    training: quadrants(10),
    evaluation: quadrants(2),
    epochs: 3,
    finished: 0,
    freezeNormAfter: 1,
    interruptible: new Interruptible(),
    passesAfterwards: 0,
    onProgress: () => {},
    onEpoch: () => {},
    ...change,
  };
}

async function fitting(chosen: FitOptions<Network>) {
  try {
    return (await fit(chosen)).divergence;
  } finally {
    chosen.interruptible?.release();
    chosen.optimiser.dispose();
    disposeModel(chosen.model);
  }
}

Deno.test("training learns, reports every epoch and estimates the time left", async () => {
  const lines: EpochLine[] = [];
  const progress: Progress[] = [];
  const chosen = options({
    onEpoch: (line) => void lines.push(line),
    onProgress: (now) => void progress.push(now),
  });
  assert.equal(await fitting(chosen), undefined);
  assert.deepEqual(lines.map((line) => line.epoch), [1, 2, 3]);
  assert.ok((lines[2]?.evaluation?.ann?.argmax ?? 0) > 0.9, JSON.stringify(lines));
  assert.ok((lines[2]?.train.loss ?? 1) < (lines[0]?.train.loss ?? 0));
  assert.equal(progress.length, 3 * 12);
  assert.equal(progress.at(-1)?.secondsLeft, 0);
  assert.ok(progress.every((now) => now.secondsLeft >= 0 && Number.isFinite(now.secondsLeft)));
});

Deno.test("progress ends with the end, unless whoever trains has work to do after it", async () => {
  const ending = async (change: Partial<FitOptions<Network>>, afterwards?: number) => {
    const phases: string[] = [];
    const { passesAfterwards: _0, ...chosen } = options({ epochs: 1, ...change });
    const onProgress = ({ phase }: Progress) => void phases.push(phase);
    await fitting({
      ...chosen,
      onProgress,
      ...(afterwards === undefined ? {} : { passesAfterwards: afterwards }),
    });
    return phases.slice(-2);
  };
  assert.deepEqual(await ending({}), ["evaluate", "done"]);
  assert.deepEqual(await ending({}, 0), ["evaluate", "evaluate"]);
  assert.deepEqual(await ending({ training: quadrants(10, { epoch: 1, step: 4 }) }), ["train", "diverged"]);
});

Deno.test("a NaN ends the run with epoch, step and what was not finite", async () => {
  const poisoned = await fitting(options({ training: quadrants(10, { epoch: 2, step: 4 }) }));
  // TensorFlow's ReLU turns NaN into 0, so that the loss stays finite and only the first kernel's gradient tells.
  assert.deepEqual(poisoned, { epoch: 2, step: 5, what: "gradient of conv1.kernel", value: "NaN" });
  const exploding = options({ schedule: constantSchedule(1e30) });
  const divergence = await fitting(exploding);
  assert.ok(divergence !== undefined && divergence.epoch === 1 && divergence.step > 1);
});

Deno.test("a gradient that is not finite names its parameter", async () => {
  const rule = annRule(annForward);
  const broken = {
    ...rule,
    step(...args: Parameters<typeof rule.step>) {
      const result = rule.step(...args);
      const gradients = new Map(result.gradients);
      gradients.set("conv2.kernel", tf.fill([3, 3, 3, 4], Infinity));
      return { ...result, gradients };
    },
  };
  assert.deepEqual(await fitting(options({ rule: broken })), {
    epoch: 1,
    step: 1,
    what: "gradient of conv2.kernel",
    value: "Infinity",
  });
});

Deno.test("weights that the last update made infinite end the run, whatever the lives say", async () => {
  // Spikes of NaN membranes are none, so that an SNN without weights is silent and its loss finite.
  const neuron = { threshold: 0.5, reset: "hard", initialMembrane: 0 } as const;
  const rules: FitOptions<Network>["rule"][] = [
    annRule(annForward),
    proxyRule({ T: 3, neuron, output: "count", target: 1 }),
    surrogateRule({ T: 3, neuron, alpha: 2, detachReset: true }),
    tandemRule({ T: 3, neuron, norms: "per-step", stopAtSaturation: false }),
  ];
  for (const rule of rules) {
    const lines: EpochLine[] = [];
    const divergence = await fitting(options({
      rule,
      schedule: constantSchedule(Infinity),
      training: quadrants(1),
      onEpoch: (line) => void lines.push(line),
    }));
    assert.deepEqual({ ...divergence, value: "" }, {
      epoch: 1,
      step: 1,
      what: "value of conv1.kernel",
      value: "",
    });
    assert.deepEqual(lines, []);
  }
});

Deno.test("running statistics, the optimiser's state, outputs and evaluated losses are looked at, too", async () => {
  const broken = (name: string) => {
    const model = networkOf(31);
    return { model, training: quadrants(1), freezeNormAfter: 0, broken: model.statistics.get(name) };
  };
  const { broken: variance, ...statistics } = broken("conv1.norm.snn.variance");
  variance?.assign(tf.fill(variance.shape, Infinity));
  assert.equal((await fitting(options(statistics)))?.what, "value of conv1.norm.snn.variance");
  const optimiser = new Adam({ beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0 });
  const model = networkOf(31);
  const { value } = [...model.parameters.values()][0] as { value: tf.Variable };
  optimiser.restore(0, new Map([["conv1.kernel.adam.v", tf.fill(value.shape, Infinity)]]));
  const stuck = await fitting(options({ model, optimiser, training: quadrants(1) }));
  assert.deepEqual(stuck, { epoch: 1, step: 1, what: "value of conv1.kernel.adam.v", value: "Infinity" });
  const rule = annRule(annForward);
  const outputs = { ...rule, outputs: () => tf.fill([8, 4], NaN) as tf.Tensor2D };
  const finite = { ...outputs, loss: () => tf.scalar(0) };
  assert.equal((await fitting(options({ rule: outputs })))?.what, "ANN's loss on evaluated images");
  assert.deepEqual(await fitting(options({ rule: finite })), {
    ...{ epoch: 1, step: 10, what: "ANN's output", value: "NaN" },
  });
});

Deno.test("training accuracy is counted against the target that was trained on", async () => {
  const source = quadrants(2);
  // Cutmix: three tenths of the image itself, seven of the next class's.
  const targetsOf = (labels: Uint8Array) => {
    const targets = new Float32Array(labels.length * 4);
    labels.forEach((label, row) => {
      targets[row * 4 + label] = 0.3;
      targets[row * 4 + (label + 1) % 4] = 0.7;
    });
    return targets;
  };
  const training = {
    ...source,
    batch: (epoch: number, step: number) => {
      const batch = source.batch(epoch, step);
      return { ...batch, targets: targetsOf(batch.labels) };
    },
  };
  const rule = annRule(annForward);
  const perfect = {
    ...rule,
    step(...[model, batch, mode]: Parameters<typeof rule.step>) {
      return { ...rule.step(model, batch, mode), output: tf.clone(batch.targets) };
    },
  };
  const lines: EpochLine[] = [];
  await fitting(options({ rule: perfect, training, epochs: 1, onEpoch: (line) => void lines.push(line) }));
  assert.equal(lines[0]?.train.accuracy, 1);
});

Deno.test("with evaluateEvery some epochs have no evaluation, the last always has, and the time left knows it", async () => {
  const lines: EpochLine[] = [];
  const progress: Progress[] = [];
  await fitting(options({
    epochs: 5,
    evaluateEvery: 2,
    onEpoch: (line) => void lines.push(line),
    onProgress: (now) => void progress.push(now),
  }));
  assert.deepEqual(lines.map((line) => "evaluation" in line), [false, true, false, true, true]);
  assert.deepEqual(Object.keys(lines[0] ?? {}), ["epoch", "learningRate", "train"]);
  assert.equal(progress.length, 5 * 10 + 3 * 2);
  assert.equal(progress.at(-1)?.secondsLeft, 0);
  // What an epoch does not change: the same network comes of it.
  const all: EpochLine[] = [];
  await fitting(options({ epochs: 5, onEpoch: (line) => void all.push(line) }));
  assert.deepEqual(lines[4], all[4]);
});

Deno.test("an interruption stops between steps", async () => {
  let steps = 0;
  const chosen = options({
    epochs: 1000,
    onProgress: () => {
      if (++steps === 5) process.emit("SIGINT"); // a real signal would end the test runner
    },
  });
  await assert.rejects(fitting(chosen), { name: "InterruptedError" });
  assert.ok(steps < 1000);
});

/** The collector's, which waits for idle moments that a busy machine has not. */
setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

Deno.test("1,200 steps leak no tensor and no memory", async () => {
  const neuron = { threshold: 0.5, reset: "hard", initialMembrane: 0 } as const;
  const counts: number[] = [];
  const native: number[] = [];
  const chosen = options({
    rule: proxyRule({ T: 5, neuron, output: "count", target: 1 }),
    training: quadrants(50),
    epochs: 24,
    onEpoch: () => {
      counts.push(tf.memory().numTensors);
      collectGarbage();
      const { rss, heapTotal } = process.memoryUsage();
      native.push(rss - heapTotal);
    },
  });
  await fitting(chosen);
  assert.equal(new Set(counts).size, 1, `${counts}`);
  // In the first epochs it grows to its working size, and V8 gives back what it took to load TensorFlow. A leak grows it in
  // every epoch; what other threads hold, now and then.
  const growths = native.map((bytes, epoch) => bytes - (native[epoch - 1] ?? bytes)).slice(-10);
  const median = growths.toSorted((a, b) => a - b)[growths.length >> 1] as number;
  assert.ok(median < 2 ** 20, `native memory grew by ${growths.join(", ")} bytes in epochs of 50 steps`);
});
