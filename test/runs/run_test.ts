import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import type { Life } from "../../lib/runs/record.ts";
import { correctImages } from "../../lib/spiking/correct_images.ts";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { FailureError, InterruptedError } from "../../lib/errors.ts";
import { missingFile } from "../../lib/data/stamp.ts";
import { parseConfig, type RunConfig } from "../../lib/runs/config/config.ts";
import { RELEASED } from "../../lib/experiments/proxy/fashion_mnist_proxy.ts";
import { reproduceWhereData } from "../../lib/experiments/reproduce.ts";
import { run, runAll } from "../../lib/runs/run.ts";
import { runPaths, type RunRequest } from "../../lib/runs/store.ts";
import type { Progress } from "../../lib/learning/progress.ts";
import { acquireLock } from "../../lib/lock.ts";
import { withFolderAs } from "../with_environment.ts";

const SMALL: RunConfig = {
  ...RELEASED,
  data: { ...RELEASED.data, trainImages: 200, testImages: 100 },
  network: { name: "fashion-7", width: 1 / 32 },
  optimiser: { ...RELEASED.optimiser, learningRate: 3e-3 },
  training: { epochs: 2, batch: 20, freezeNormAfter: 1 },
};

const NEURON = { T: 6, threshold: 1, reset: "subtract", initialMembrane: 0 } as const;

const CIFAR: RunConfig = {
  ...SMALL,
  data: {
    name: "cifar-10",
    trainImages: 128,
    validationImages: 0,
    testImages: 64,
    augmentation: "convmixer",
  },
  network: { name: "convmixer", dim: 8, depth: 2, kernel: 3, patch: 4, sharing: "all" },
  rule: { name: "ann" },
  optimiser: {
    ...{ name: "adamw", learningRate: 1e-2, schedule: "cosine", finalLearningRate: 1e-6 },
    ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-3, weightDecay: 0.01, clipNorm: 1 },
  },
  training: { epochs: 2, batch: 32, freezeNormAfter: 2 },
};

function request(row: string, config: RunConfig): RunRequest {
  return { experiment: "test", row, profile: "smoke", reduced: [], config };
}

/** Runs with results in a folder of their own; the folder of the experiment's records goes to `work`. */
async function inResults(work: (folder: string) => Promise<void>): Promise<void> {
  await withFolderAs("WEIGHTSHARE_RESULTS", (results) => work(join(results, "smoke", "test")));
}

const records = (folder: string) => readdirSync(folder).filter((name) => name.endsWith(".json"));

Deno.test("surrogate, tandem and control runs train an SNN and read it out after every asked step", async () => {
  await inResults(async () => {
    const rules: RunConfig["rule"][] = [
      { name: "surrogate", ...NEURON, alpha: 2, detachReset: true },
      { name: "tandem", ...NEURON, stopAtSaturation: false },
      { name: "tandem", ...NEURON, stopAtSaturation: false, norms: "of-counts", scaleDeviation: 2 },
      { name: "no-replacement", ...NEURON, output: "count", target: 2 },
    ];
    for (const rule of rules) {
      const record = await run(request(rule.name, { ...SMALL, rule, evaluation: { timeSteps: 9 } }));
      assert.equal(record.status, "finished");
      assert.equal(record.curve.length, 2);
      const lives = rule.name === "no-replacement" ? ["snn", "ann"] : ["snn"];
      assert.deepEqual(Object.keys(record.last?.evaluation ?? {}), lives);
      assert.deepEqual(record.spiking?.overTime.map(({ t }) => t), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
      const atT = record.spiking?.overTime[NEURON.T - 1];
      const fires = rule.name !== "tandem"; // whose output layer has no neurons
      assert.equal(atT?.withMembrane !== undefined, fires);
      assert.equal(record.last?.evaluation.snn?.withMembrane, atT?.withMembrane);
      for (const [life, text] of Object.entries(record.correct ?? {})) {
        const right = correctImages(text, SMALL.data.testImages).filter((one) => one).length;
        assert.equal(right / SMALL.data.testImages, record.last?.evaluation[life as Life]?.argmax);
      }
      assert.deepEqual(Object.keys(record.correct ?? {}), lives);
      assert.ok(record.curve.every((line) => line.correct === undefined));
      if (rule.name === "surrogate") assert.equal(atT?.argmax, record.last?.evaluation.snn?.argmax);
    }
  });
});

Deno.test("conversions of one ANN train it once, and start from its last epoch", async () => {
  await inResults(async (folder) => {
    const conversion = { name: "conversion", T: 8, reset: "subtract", initialMembrane: 0.5 } as const;
    const config = (percentile: number): RunConfig => ({
      ...SMALL,
      rule: { ...conversion, percentile, calibrationImages: 100 },
      evaluation: { timeSteps: 8 },
    });
    const most = await run(request("conversion-max", config(100)));
    const robust = await run(request("conversion-99", config(99)));
    assert.equal(records(folder).length, 3);
    const ann = await run(request("ann", { ...SMALL, rule: { name: "ann" } }));
    assert.equal(records(folder).length, 3);
    for (const { curve, last, parameters, spiking } of [most, robust]) {
      assert.equal(curve.length, 1);
      assert.equal(last?.epoch, 2);
      assert.deepEqual(last?.train, ann.last?.train);
      assert.equal(last?.evaluation.ann?.argmax, ann.last?.evaluation.ann?.argmax);
      assert.equal(spiking?.overTime.at(-1)?.argmax, last?.evaluation.snn?.argmax);
      assert.equal(parameters, ann.parameters);
    }
    assert.notDeepEqual(most.spiking?.rates, robust.spiking?.rates);
    // Simulated once for score and report, or twice where the report looks further: the same numbers.
    const fixed = { ...config(100).rule, pooling: "gated", readout: "current" } as RunConfig["rule"];
    const gated = await run(request("conversion-gated", { ...config(100), rule: fixed }));
    assert.equal(gated.last?.evaluation.ann?.argmax, ann.last?.evaluation.ann?.argmax);
    assert.notDeepEqual(gated.spiking?.overTime, most.spiking?.overTime);
    const longer = await run(request("conversion-longer", { ...config(100), evaluation: { timeSteps: 12 } }));
    assert.deepEqual(longer.last, most.last);
    assert.deepEqual(longer.spiking?.overTime.slice(0, 8), most.spiking?.overTime);
    assert.deepEqual(longer.spiking?.rates, most.spiking?.rates);
    assert.equal(most.spiking?.forwardPasses, 1);
  });
});

Deno.test("a conversion whose ANN diverged has diverged, and its progress says so", async () => {
  await inResults(async (folder) => {
    const rule = { name: "conversion", T: 4, reset: "hard", initialMembrane: 0 } as const;
    const config: RunConfig = {
      ...SMALL,
      data: { ...SMALL.data, trainImages: 20 },
      rule: { ...rule, percentile: 100, calibrationImages: 20 },
      optimiser: { ...SMALL.optimiser, learningRate: 1e30 },
    };
    const phases = new Map<string, string>();
    const onProgress = ({ run, phase }: Progress) => void phases.set(run, phase);
    const { status, divergence, curve } = await run(request("conversion", config), { onProgress });
    assert.equal(status, "diverged");
    assert.deepEqual(divergence?.what, "ANN's loss on evaluated images (before the conversion)");
    assert.deepEqual(curve, []);
    assert.deepEqual([...phases], [["ann", "diverged"], ["conversion", "diverged"]]);
    assert.equal(records(folder).length, 2);
  });
});

Deno.test("a conversion whose ANN has lost its weights says what to do", async () => {
  await inResults(async (folder) => {
    const ann = await run(request("ann", { ...SMALL, rule: { name: "ann" } }));
    rmSync(join(folder, `${ann.hash}.safetensors`));
    const rule = { name: "conversion", T: 4, reset: "hard", initialMembrane: 0 } as const;
    await assert.rejects(
      run(request("conversion", { ...SMALL, rule: { ...rule, percentile: 100, calibrationImages: 50 } })),
      /Reading the weights .*safetensors: it is not there; remove [0-9a-f]{16}\.json beside it to train/,
    );
  });
});

Deno.test("ConvMixer and SE-ResNet train by their recipes, the same each time", async () => {
  const seResNet: RunConfig = {
    ...CIFAR,
    data: { ...CIFAR.data, augmentation: "se-resnet" },
    network: { name: "se-resnet", n: 1, stem: 4, widths: [4, 8], sharedStages: [1, 2], reduction: 4 },
    optimiser: {
      ...{ name: "sgd", learningRate: 0.1, schedule: "multistep", finalLearningRate: 0 },
      ...{ milestones: [1], factor: 0.1, momentum: 0.9, weightDecay: 1e-4 },
    },
  };
  for (const config of [CIFAR, seResNet]) {
    const curves: unknown[] = [];
    for (let time = 0; time < 2; time++) {
      await inResults(async () => {
        const record = await run(request("row", config));
        assert.equal(record.status, "finished");
        assert.equal(record.classifier?.training.images, 64);
        assert.ok(Number.isFinite(record.classifier?.training.loss));
        const [shared, ...others] = record.classifier?.filters ?? [];
        assert.equal(others.length, 0);
        assert.deepEqual(
          shared?.filters.map(({ length }) => length),
          config === CIFAR ? Array(8).fill(9) : undefined,
        );
        curves.push(record.curve);
      });
    }
    assert.deepEqual(curves[0], curves[1]);
  }
});

const build = (network: RunConfig["network"], message: RegExp, data = CIFAR.data) =>
  inResults(() => assert.rejects(run(request("row", { ...CIFAR, data, network })), message));

Deno.test("settings that do not fit together are refused in one sentence", async () => {
  const refused = (config: unknown, message: RegExp) => assert.throws(() => parseConfig(config), message);
  refused(
    { ...CIFAR, rule: RELEASED.rule },
    /network.name is "convmixer", which has no spiking counterpart, so rule.name must be ann, not proxy/,
  );
  refused(
    { ...CIFAR, optimiser: { ...CIFAR.optimiser, schedule: "multistep" } },
    /schedule is "multistep", which needs optimiser.milestones \(epochs\) and optimiser.factor/,
  );
  refused(
    { ...CIFAR, optimiser: { ...CIFAR.optimiser, milestones: [1] } },
    /schedule is "cosine", which has no milestones; remove it/,
  );
  const points = [[0, 1], [1, 0]];
  refused(
    { ...CIFAR, optimiser: { ...CIFAR.optimiser, milestones: [1], factor: 2, points } },
    /schedule is "cosine", which has no milestones and no factor and no points; remove them/,
  );
  refused(
    { ...CIFAR, optimiser: { ...CIFAR.optimiser, schedule: "piecewise-linear" } },
    /schedule is "piecewise-linear", which needs optimiser.points \(\[share of the run, factor\] from 0 to 1\)/,
  );
  refused(
    { ...CIFAR, network: { ...CIFAR.network, sharing: "some" } },
    /network.sharing is "some", but must be one of none, depthwise, pointwise/,
  );
  const convMixer = CIFAR.network as Extract<RunConfig["network"], { name: "convmixer" }>;
  await build({ ...convMixer, patch: 5 }, /Building a ConvMixer: patch is 5/);
  await build({ ...convMixer, kernel: 4 }, /kernel is 4, but must be odd/);
  await build(
    { name: "se-resnet", n: 1, stem: 4, widths: [4, 8], sharedStages: [3], reduction: 4 },
    /stage 3 is to be shared, but the stages are 1, 2; name some of these/,
  );
  await build(
    { name: "fashion-7", width: 1 / 32 },
    /takes images of 28 x 28 x 1 and has 10 classes, but cifar-10 has 32 x 32 x 3 and 10/,
  );
});

Deno.test({
  name: "a network for ten classes is not trained on a hundred",
  ignore: missingFile("cifar-100") !== undefined,
  fn: () =>
    build(
      { name: "cifar-10-layer", width: 1 / 32, norms: "hidden" },
      /takes images of 32 x 32 x 3 and has 10 classes, but cifar-100 has 32 x 32 x 3 and 100/,
      { ...CIFAR.data, name: "cifar-100" },
    ),
});

Deno.test("without its data set an experiment trains nothing, says what is missing, and shows what is there", async () => {
  await inResults(async () => {
    const empty = mkdtempSync(join(tmpdir(), "weightshare-no-data-"));
    const [before, log, told] = [process.env["WEIGHTSHARE_DATA"], console.log, [] as string[]];
    process.env["WEIGHTSHARE_DATA"] = empty;
    console.log = (line: string) => void told.push(line);
    try {
      assert.deepEqual(await reproduceWhereData("convmixer-cifar-100", { profile: "smoke" }), []);
    } finally {
      console.log = log;
      if (before === undefined) delete process.env["WEIGHTSHARE_DATA"];
      else process.env["WEIGHTSHARE_DATA"] = before;
      rmSync(empty, { recursive: true });
    }
    assert.match(
      told.join(),
      /nothing is trained, because cifar-100 is not on this machine; fetch it with "deno task data cifar-100"/,
    );
  });
});

Deno.test("runs that another process holds are left to it while there is other work", async () => {
  await inResults(async () => {
    const [held, free] = [request("held", CIFAR), request("free", { ...CIFAR, seed: 2 })];
    const lock = await acquireLock(runPaths(held).lock);
    const made: string[] = [];
    const records = await runAll(
      [held, free],
      { onWait: () => lock.release() },
      ({ row }) => made.push(row),
    );
    assert.deepEqual(made, ["free", "held"]);
    assert.deepEqual(records.map(({ row }) => row), ["held", "free"]);
  });
});

Deno.test("a run that fails does not end the others; what failed is told at once and listed at the end", async () => {
  await inResults(async (folder) => {
    const [one, two] = [request("one", SMALL), request("two", { ...SMALL, seed: 3 })];
    const nowhere = request("nowhere", { ...SMALL, data: { ...SMALL.data, name: "nowhere" as "cifar-10" } });
    const told: string[] = [];
    const options = { onFailure: (row: string) => told.push(row) };
    const refuse = ({ row }: { row: string }) => {
      if (row === "one") throw new FailureError("the record of one is refused");
    };
    await assert.rejects(
      runAll([nowhere, one, two], options, refuse),
      /^FailureError: Making the runs: 2 of 3 failed.*\n {2}nowhere: .*"nowhere".*\n {2}one: the record of one is refused$/,
    );
    assert.deepEqual(told, ["nowhere", "one"]);
    assert.equal(records(folder).length, 2);
    await assert.rejects(runAll([nowhere], options), /^UsageError: /);
  });
});

Deno.test("an interruption ends all runs", async () => {
  await inResults(async (folder) => {
    const requests = [request("one", SMALL), request("two", { ...SMALL, seed: 3 })];
    const stop = () => {
      throw new InterruptedError("stopped");
    };
    await assert.rejects(runAll(requests, { onProgress: stop }), /^InterruptedError/);
    assert.equal(existsSync(folder) ? records(folder).length : 0, 0);
  });
});
