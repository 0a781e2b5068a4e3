import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { networkFor, requestFor } from "../../bench/peers/in_pytorch/requests.ts";
import { PEERS_PYTHON } from "../../bench/peers/setup.ts";
import { type Recipe, RECIPES } from "../../lib/data/augment/recipe.ts";
import { orderedBatches } from "../../lib/data/batches.ts";
import { evaluateNetwork } from "../../lib/exchange/evaluate_network.ts";
import { exportPyTorch } from "../../lib/exchange/export_pytorch.ts";
import { openFile } from "../../lib/exchange/known_network.ts";
import { committedRecords } from "../../lib/experiments/existing.ts";
import { EXPERIMENTS, findExperiment } from "../../lib/experiments/experiments.ts";
import { train } from "../../lib/experiments/train.ts";
import { fit } from "../../lib/learning/fit.ts";
import { disposeModel, modelVariables } from "../../lib/models/model.ts";
import { type HostTensor, packSafetensors, readSafetensors } from "../../lib/ops/safetensors.ts";
import { withOwnFolder } from "../../lib/own_folder.ts";
import { dataFolder, ROOT } from "../../lib/paths.ts";
import { assemble } from "../../lib/runs/assemble/assemble.ts";
import { hostTensors } from "../../lib/runs/weights.ts";
import type { RunConfig } from "../../lib/runs/config/config.ts";
import { inResults } from "../in_results.ts";
import { withKernels } from "../with_kernels.ts";
import { difference, enliven, norm } from "./steps.ts";

const SCRIPT = join(ROOT, "bench", "peers", "in_pytorch", "compare.py");
/** Few images over few steps: where 20 images run for 15 steps, some membranes stand within rounding of the threshold. */
const BATCH = { classifier: 20, spiking: 6 };
/** Steps for each unit of the threshold, so that there are spikes. */
const STEPS = 3;

/**
 * Steps of an epoch, and how far apart parameters may end, in parts of how far they moved. Sums have another order.
 *
 * Ours are the reference kernels: like PyTorch's convolutions, and unlike Winograd's, they give equal windows equal responses. Counts are
 * equal in whole pooling windows where an image is flat (4 % of the windows, on CIFAR-10), and the first then takes the gradient.
 */
const BOUNDS: { experiment: string; row: string; steps: number; epochs: number; most: number }[] = [
  ...["convmixer-crop-flip-cifar-10", "convmixer-few-images"].map((experiment) => ({
    ...{ experiment, row: "all", steps: 3, epochs: 1, most: 1e-4 },
  })),
  { experiment: "se-resnet-full-width-cifar-10", row: "all", steps: 1, epochs: 1, most: 5e-3 },
  ...["ann", "proxy-k2", "no-replacement", "surrogate", "tandem", "tandem-stop"].map((row) => ({
    ...{ experiment: "fashion-mnist-learning-rules", row, steps: 1, epochs: 2, most: 2e-3 },
  })),
  ...["snn-activations", "snn-masks", "soft-reset", "held-together"].map((row) => ({
    ...{ experiment: "fashion-mnist-proxy-controls", row, steps: 1, epochs: 2, most: 2e-3 },
  })),
  ...["ann", "proxy-k8", "surrogate-few-steps", "tandem"].map((row) => ({
    ...{ experiment: "cifar-10-learning-rules", row, steps: 1, epochs: 2, most: 2e-3 },
  })),
  ...["all-ann", "all-proxy", "all-surrogate"].map((row) => ({
    ...{ experiment: "fashion-mnist-folded", row, steps: 1, epochs: 2, most: 2e-3 },
  })),
  { experiment: "fashion-mnist-seven-layer-sharing", row: "all-proxy", steps: 1, epochs: 2, most: 2e-3 },
  ...["all-ann", "all-proxy", "all-surrogate-few-steps"].map((row) => ({
    ...{ experiment: "cifar-10-spiking-convmixer", row, steps: 1, epochs: 2, most: 2e-3 },
  })),
];

const peers = existsSync(PEERS_PYTHON);
if (!peers) {
  console.log(
    "PyTorch is not set up (deno task bench --peers sets it up): its training of our runs is not compared.",
  );
}

/**
 * The study's own settings on a small network and few images, so that every part of a step is in it: norms train in the first epoch,
 * as those of a classifier in every one. Adam's first steps are of one length whatever the gradient: a larger epsilon lets small ones
 * be small, so that one near 0 does not decide.
 */
function small({ experiment, row: id, steps, epochs }: typeof BOUNDS[number], seed = 1): RunConfig {
  const row = findExperiment(experiment).rows("study").find((row) => row.id === id);
  const [config] = row?.configs ?? [];
  assert.ok(config !== undefined);
  const { evaluation: _evaluation, ...kept } = config;
  const batch = "layers" in networkFor(config) ? BATCH.spiking : BATCH.classifier;
  return {
    ...kept,
    seed,
    rule: short(config.rule),
    network: narrow(config.network),
    data: { ...config.data, trainImages: steps * batch },
    optimiser: config.optimiser.name === "adam" ? { ...config.optimiser, epsilon: 1e-2 } : config.optimiser,
    training: { epochs, batch, freezeNormAfter: 1 },
  };
}

function short(rule: RunConfig["rule"]): RunConfig["rule"] {
  if (!("T" in rule) || !("threshold" in rule)) return rule;
  const T = STEPS * rule.threshold;
  return "target" in rule ? { ...rule, T, target: Math.min(rule.target, 2) } : { ...rule, T };
}

function narrow(network: RunConfig["network"]): RunConfig["network"] {
  if (network.name === "convmixer") {
    return { ...network, dim: 16, depth: 4, kernel: 3, patch: 4 } as RunConfig["network"];
  }
  if (network.name === "se-resnet") {
    return { ...network, stem: 4, widths: [8, 16, 32], reduction: 4 } as RunConfig["network"];
  }
  if (network.name === "spiking-convmixer") return { ...network, dim: 8, depth: 2, kernel: 3, patch: 4 };
  if (network.name === "fashion-folded") return { ...network, channels: 8, stages: [1, 2, 1] };
  return { ...network, width: 1 / 16 } as RunConfig["network"];
}

/** Both libraries take the steps from one start; checks that they end at the same place. */
async function compareSteps(bound: typeof BOUNDS[number], seed: number, folder: string): Promise<void> {
  const config = small(bound, seed);
  const assembly = await assemble(config);
  const { model, dataset, trained, rule, optimiser, schedule, evaluation } = assembly;
  const network = networkFor(config);
  const twoLives = "layers" in network;
  if (twoLives) enliven(model);
  const write = (name: string) => {
    const file = join(folder, name);
    if (twoLives) return writeFileSync(file, packSafetensors(hostTensors(modelVariables(model))));
    return exportPyTorch({ name, model, architecture: network.architecture, config, about: {} }, file);
  };
  write("initial.safetensors");
  writeFileSync(join(folder, "request.json"), JSON.stringify({ config, ...network }));
  const recipe = RECIPES[config.data.augmentation as keyof typeof RECIPES] as Recipe | undefined;
  const training = orderedBatches(trained, dataset.shape, config.training.batch, recipe?.normalisation);
  const few = { ...evaluation, steps: 1 };
  const { curve } = await fit({
    ...{ model, rule, optimiser, schedule, training, evaluation: few },
    ...config.training,
  });
  write("ours.safetensors");
  await assembly.dispose();
  const { stdout, stderr, status } = spawnSync(PEERS_PYTHON, [SCRIPT, folder, dataFolder()], {
    ...{ encoding: "utf8", env: { ...process.env, OMP_NUM_THREADS: "1" } },
  });
  assert.equal(status, 0, stdout + stderr);
  const read = (name: string) => readSafetensors(join(folder, `${name}.safetensors`), "").tensors;
  const [initial, ours, theirs] = [read("initial"), read("ours"), read("after")];
  assert.deepEqual([...theirs.keys()].sort(), [...ours.keys()].sort());
  let moving = 0;
  for (const [name, { values }] of initial) {
    const end = (ours.get(name) as HostTensor).values;
    const moved = norm(difference(end, values));
    const apart = norm(difference(end, (theirs.get(name) as HostTensor).values));
    if (moved > 0) moving++;
    assert.ok(apart <= bound.most * moved, `${name} moved by ${moved}, but is ${apart} apart`);
  }
  const still = [...initial.keys()].filter((name) => /\.norm\.(ann|snn)\./.test(name)).length / 2;
  const lives = rule.name.startsWith("proxy") || rule.name === "no-replacement" ? 2 : 1;
  assert.equal(moving, initial.size - (lives === 2 ? 0 : still), "what moves is what the rule moves");
  const loss = curve.at(-1)?.train.loss as number;
  const most = (twoLives ? 1e-3 : 1e-5) * loss;
  assert.ok(Math.abs(Number(stdout) - loss) < most, `a loss of ${loss}, ${stdout.trim()} in PyTorch`);
}

/**
 * What is within rounding of a decision may fall on either side of it: a membrane at its threshold, a ReLU's input at 0, the two largest of
 * a pooling window (3 in a million apart, one window of the ten-layer ANN's moved its kernels by a tenth). It changes the layers around
 * it and the steps that follow; by which seed one does depends on the processor. So runs start from one seed after the other until both
 * libraries end at the same place: where a step is not the same, they do from none.
 */
const STARTS = [1, 2, 3, 4, 5, 6];

async function compareFromSomeStart(bound: typeof BOUNDS[number]): Promise<void> {
  const apart: string[] = [];
  for (const seed of STARTS) {
    try {
      return await withOwnFolder("peer", (folder) => compareSteps(bound, seed, folder));
    } catch (error) {
      if (!(error instanceof assert.AssertionError)) throw error;
      apart.push(`seed ${seed}: ${error.message}`);
    }
  }
  assert.fail(apart.join("\n"));
}

for (const bound of BOUNDS) {
  Deno.test({
    name: `PyTorch's training takes our steps: ${bound.row} of ${bound.experiment}`,
    ignore: !peers,
    fn: () => withKernels("reference", () => compareFromSomeStart(bound)),
  });
}

const TRAINER = join(ROOT, "bench", "peers", "in_pytorch", "train.py");

Deno.test({
  name: "what PyTorch trained by a learning rule is read with the scores that it had",
  ignore: !peers,
  fn: () =>
    withOwnFolder("peer", async (folder) => {
      const rows = ["ann", "proxy-k2", "surrogate-few-steps", "tandem"];
      const requests = rows.map((row) => {
        const experiment = "fashion-mnist-learning-rules";
        const config = small({ experiment, row, steps: 20, epochs: 2, most: 0 });
        const data = { ...config.data, testImages: 500 };
        return requestFor({ experiment, row, config: { ...config, data } });
      });
      const file = join(folder, "requests.json");
      writeFileSync(file, JSON.stringify({ "fashion-mnist-learning-rules": requests }));
      const env = { ...process.env, OMP_NUM_THREADS: "1" };
      const words = [TRAINER, file, "--data", dataFolder(), "--output", folder];
      const { stdout, stderr, status } = spawnSync(PEERS_PYTHON, words, { encoding: "utf8", env });
      assert.equal(status, 0, stdout + stderr);
      for (const { hash, row, config } of requests) {
        const network = await openFile(join(folder, `${hash}.safetensors`));
        assert.deepEqual(network.config, config);
        const { scores } = await evaluateNetwork(network);
        disposeModel(network.model);
        const { curve } = JSON.parse(readFileSync(join(folder, `${hash}.json`), "utf8"));
        for (const [life, { argmax }] of Object.entries(scores.evaluation)) {
          const there = curve.at(-1).evaluation[life].argmax;
          assert.ok(Math.abs(argmax - there) <= 4e-3, `${row}, ${life}: ${argmax}, but ${there} in PyTorch`);
        }
      }
    }),
});

const ELSEWHERE = EXPERIMENTS.filter(({ elsewhere }) => elsewhere !== undefined);

Deno.test("every run that PyTorch trained is there, says so, and was measured here", () => {
  assert.equal(ELSEWHERE.length, 12);
  for (const { name, rows } of ELSEWHERE) {
    const records = committedRecords(name);
    assert.equal(records.length, rows("study").flatMap(({ configs }) => configs).length, name);
    for (const { config: { rule }, provenance, reduced, correct, classifier, spiking } of records) {
      assert.match(provenance.trainedBy?.program ?? "", /^PyTorch /);
      assert.ok(reduced.some((words) => words.startsWith("trained in PyTorch")), name);
      assert.ok(correct !== undefined, name);
      assert.ok((classifier ?? spiking) !== undefined || rule.name === "ann", name);
    }
  }
});

Deno.test("what a GPU trains is not trained here, which one sentence says", async () => {
  const name = "convmixer-few-images-in-pytorch";
  await inResults(async () => {
    await assert.rejects(
      () => train(name, { row: "all", seed: 1, profile: "study", set: { epochs: 2 } }),
      /^UsageError: Changing settings of all of convmixer-few-images-in-pytorch: it is not trained here; .*\.$/,
    );
    await assert.rejects(
      () => train(name, { row: "all", profile: "quick" }),
      /^UsageError: Choosing runs of convmixer-few-images-in-pytorch: it has none at the profile quick; .*\.$/,
    );
    await assert.rejects(
      () => train(name, { row: "all", seed: 1, profile: "study" }),
      /^FailureError: Training all of convmixer-few-images-in-pytorch: it is not trained here, .* bench\/README\.md says how .*\.$/,
    );
  });
});
