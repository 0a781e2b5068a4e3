import assert from "node:assert/strict";
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
    return await fit(chosen);
  } finally {
    chosen.interruptible.release();
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
  assert.ok((lines[2]?.evaluation.ann?.argmax ?? 0) > 0.9, JSON.stringify(lines));
  assert.ok((lines[2]?.train.loss ?? 1) < (lines[0]?.train.loss ?? 0));
  assert.equal(progress.length, 3 * 12);
  assert.equal(progress.at(-1)?.secondsLeft, 0);
  assert.ok(progress.every((now) => now.secondsLeft >= 0 && Number.isFinite(now.secondsLeft)));
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

Deno.test("500 steps leak no tensor and no memory", async () => {
  const neuron = { threshold: 0.5, reset: "hard", initialMembrane: 0 } as const;
  const counts: number[] = [];
  const resident: number[] = [];
  const chosen = options({
    rule: proxyRule({ T: 5, neuron, output: "count", target: 1 }),
    training: quadrants(50),
    epochs: 16,
    onEpoch: () => {
      counts.push(tf.memory().numTensors);
      resident.push(process.memoryUsage().rss);
    },
  });
  await fitting(chosen);
  assert.equal(new Set(counts).size, 1, `${counts}`);
  // The first 300 steps grow the heap to its working size; the next 500 may not.
  const growth = (resident[15] as number) - (resident[5] as number);
  assert.ok(growth < 24 * 2 ** 20, `resident memory grew by ${growth} bytes over 500 steps`); // noise of the collector
});
