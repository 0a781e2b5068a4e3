import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { PEERS_PYTHON } from "../../bench/peers/setup.ts";
import { RECIPES } from "../../lib/data/augment/recipe.ts";
import { orderedBatches } from "../../lib/data/batches.ts";
import { architectureOf } from "../../lib/exchange/architecture.ts";
import { exportPyTorch } from "../../lib/exchange/export_pytorch.ts";
import { committedRecords } from "../../lib/experiments/existing.ts";
import { EXPERIMENTS, findExperiment } from "../../lib/experiments/experiments.ts";
import { train } from "../../lib/experiments/train.ts";
import { fit } from "../../lib/learning/fit.ts";
import type { HostTensor } from "../../lib/ops/safetensors.ts";
import { readSafetensors } from "../../lib/ops/safetensors.ts";
import { withOwnFolder } from "../../lib/own_folder.ts";
import { dataFolder, ROOT } from "../../lib/paths.ts";
import { assemble } from "../../lib/runs/assemble/assemble.ts";
import type { RunConfig } from "../../lib/runs/config/config.ts";
import { inResults } from "../in_results.ts";

const SCRIPT = join(ROOT, "bench", "peers", "kernel_sharing", "compare.py");
const BATCH = 20;

/**
 * Steps, and how far apart parameters may end, in parts of how far they moved. Sums have another order; where a ReLU's input is within
 * rounding of 0 it may pass in one library alone, which small gradients show at a hundredth and later steps amplify.
 */
const BOUNDS = {
  "convmixer-crop-flip-cifar-10": { steps: 3, most: 2e-4 },
  "convmixer-few-images": { steps: 3, most: 2e-4 },
  "se-resnet-full-width-cifar-10": { steps: 1, most: 3e-2 },
};

const peers = existsSync(PEERS_PYTHON);
if (!peers) {
  console.log(
    "PyTorch is not set up (deno task bench --peers sets it up): its training of kernel sharing is not compared.",
  );
}

/** The study's own settings on a small network and few images, so that every part of a step is in it. */
function small(experiment: string, steps: number): RunConfig {
  const row = findExperiment(experiment).rows("study").find(({ id }) => id === "all");
  const [config] = row?.configs ?? [];
  assert.ok(config !== undefined);
  const { network, data } = config;
  const narrow = network.name === "convmixer"
    ? { ...network, dim: 16, depth: 4, kernel: 3, patch: 4 }
    : { ...network, stem: 4, widths: [8, 16, 32], reduction: 4 };
  return {
    ...config,
    network: narrow as RunConfig["network"],
    data: { ...data, trainImages: steps * BATCH },
    training: { epochs: 1, batch: BATCH, freezeNormAfter: 1 },
  };
}

const norm = (values: Float32Array) => Math.hypot(...values);
const difference = (a: Float32Array, b: Float32Array) =>
  a.map((value, index) => value - (b[index] as number));

/** Both libraries take the steps from one start; checks that they end at the same place. */
async function compareSteps(config: RunConfig, folder: string, most: number): Promise<void> {
  const assembly = await assemble(config);
  const { model, dataset, trained, rule, optimiser, schedule, evaluation } = assembly;
  const architecture = architectureOf(config);
  const write = (name: string) =>
    exportPyTorch({ name, model, architecture, config, about: {} }, join(folder, name));
  write("initial.safetensors");
  writeFileSync(join(folder, "request.json"), JSON.stringify({ config, architecture }));
  const { normalisation } = RECIPES[config.data.augmentation as keyof typeof RECIPES];
  const training = orderedBatches(trained, dataset.shape, BATCH, normalisation);
  const few = { ...evaluation, steps: 1 };
  const { curve } = await fit({ model, rule, optimiser, schedule, training, evaluation: few, epochs: 1 });
  write("ours.safetensors");
  await assembly.dispose();
  const { stdout, stderr, status } = spawnSync(PEERS_PYTHON, [SCRIPT, folder, dataFolder()], {
    ...{ encoding: "utf8", env: { ...process.env, OMP_NUM_THREADS: "1" } },
  });
  assert.equal(status, 0, stdout + stderr);
  const loss = curve[0]?.train.loss as number;
  assert.ok(Math.abs(Number(stdout) - loss) < 1e-5 * loss, `a loss of ${loss}, ${stdout.trim()} in PyTorch`);
  const read = (name: string) => readSafetensors(join(folder, `${name}.safetensors`), "").tensors;
  const [initial, ours, theirs] = [read("initial"), read("ours"), read("after")];
  assert.deepEqual([...theirs.keys()].sort(), [...ours.keys()].sort());
  for (const [name, { values }] of initial) {
    const end = (ours.get(name) as HostTensor).values;
    const moved = norm(difference(end, values));
    const apart = norm(difference(end, (theirs.get(name) as HostTensor).values));
    assert.ok(moved > 0, `${name} has not moved`);
    assert.ok(apart <= most * moved, `${name} moved by ${moved}, but is ${apart} apart`);
  }
}

for (const [experiment, { steps, most }] of Object.entries(BOUNDS)) {
  Deno.test({
    name: `PyTorch's training takes our steps: ${experiment}`,
    ignore: !peers,
    fn: () => withOwnFolder("peer", (folder) => compareSteps(small(experiment, steps), folder, most)),
  });
}

const ELSEWHERE = EXPERIMENTS.filter(({ elsewhere }) => elsewhere !== undefined);

Deno.test("every run that PyTorch trained is there, says so, and was measured here", () => {
  assert.equal(ELSEWHERE.length, 4);
  for (const { name, rows } of ELSEWHERE) {
    const records = committedRecords(name);
    assert.equal(records.length, rows("study").flatMap(({ configs }) => configs).length, name);
    for (const { provenance, reduced, correct, classifier } of records) {
      assert.match(provenance.trainedBy?.program ?? "", /^PyTorch /);
      assert.ok(reduced.some((words) => words.startsWith("trained in PyTorch")), name);
      assert.ok(correct?.ann !== undefined && classifier !== undefined, name);
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
