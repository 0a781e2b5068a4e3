import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { PEERS_PYTHON } from "../../bench/peers/setup.ts";
import { orderedBatches } from "../../lib/data/batches.ts";
import { type Dataset, slice } from "../../lib/data/dataset.ts";
import { loadDataset } from "../../lib/data/load.ts";
import { evaluateNetwork } from "../../lib/exchange/evaluate_network.ts";
import { openFile } from "../../lib/exchange/known_network.ts";
import { RELEASED } from "../../lib/experiments/proxy/fashion_mnist_proxy.ts";
import { Adam } from "../../lib/learning/adam.ts";
import { proxyRule } from "../../lib/learning/rules/proxy.ts";
import { toTensors } from "../../lib/learning/tensors.ts";
import { fashionNetwork } from "../../lib/models/fashion_network.ts";
import { disposeModel, modelVariables } from "../../lib/models/model.ts";
import { createNetwork, type Network } from "../../lib/models/parameters.ts";
import { type HostTensor, packSafetensors, readSafetensors } from "../../lib/ops/safetensors.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { withOwnFolder } from "../../lib/own_folder.ts";
import { dataFolder, ROOT } from "../../lib/paths.ts";
import { hostTensors } from "../../lib/runs/weights.ts";
import { difference, enliven, norm } from "./steps.ts";

const SCRIPT = join(ROOT, "bench", "peers", "released_proxy", "train.py");
const { T, threshold, reset, initialMembrane, output, target } = RELEASED.rule;
/** More than one step would also compare what rounding makes of the ones before: another processor's sums grow apart. */
const STEPS = 1;
const IMAGES = 20;

const peers = existsSync(PEERS_PYTHON);
if (!peers) {
  console.log(
    "PyTorch is not set up (deno task bench --peers sets it up): its training of the released recipe is not compared.",
  );
}

function python(...words: string[]): string {
  const env = { ...process.env, OMP_NUM_THREADS: "1" };
  const { stdout, stderr, status } = spawnSync(PEERS_PYTHON, [SCRIPT, ...words], { encoding: "utf8", env });
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

/** Steps with training norms; what came of them. */
function steps(network: Network, { train, shape, classes }: Dataset): Map<string, HostTensor> {
  const neuron = { threshold, reset, initialMembrane };
  const rule = proxyRule({ T, neuron, output, target });
  const optimiser = new Adam(RELEASED.optimiser);
  const batches = orderedBatches(slice(train, 0, STEPS * IMAGES), shape, IMAGES);
  const losses = new Float32Array(STEPS);
  const counts = new Float32Array(STEPS * IMAGES * classes.length);
  for (let step = 0; step < STEPS; step++) {
    tf.tidy(() => {
      const batch = toTensors(batches.batch(1, step), shape, classes.length);
      const { loss, output, gradients } = rule.step(network, batch, "train");
      losses[step] = loss.dataSync()[0] as number;
      counts.set(output.dataSync(), step * IMAGES * classes.length);
      optimiser.apply(network.parameters, gradients, RELEASED.optimiser.learningRate);
    });
  }
  optimiser.dispose();
  return new Map([
    ...hostTensors(modelVariables(network)),
    ["losses", { shape: [STEPS], values: losses }],
    ["counts", { shape: [STEPS, IMAGES, classes.length], values: counts }],
  ]);
}

function batchesOf({ train, shape }: Dataset): Map<string, HostTensor> {
  const { images, labels } = orderedBatches(slice(train, 0, STEPS * IMAGES), shape, STEPS * IMAGES)
    .batch(1, 0);
  return new Map([
    ["images", { shape: [STEPS, IMAGES, ...shape], values: images }],
    ["labels", { shape: [STEPS, IMAGES], values: Float32Array.from(labels) }],
  ]);
}

/** Both libraries take the step; checks that they end at the same place. */
function compareSteps(folder: string): void {
  const dataset = loadDataset("fashion-mnist");
  const network = createNetwork(fashionNetwork(1 / 16), 1);
  enliven(network);
  const initial = new Map(
    [...hostTensors(modelVariables(network))]
      .map(([name, { shape, values }]) => [name, { shape, values: values.slice() }]),
  );
  writeFileSync(join(folder, "initial.safetensors"), packSafetensors(initial));
  writeFileSync(join(folder, "batches.safetensors"), packSafetensors(batchesOf(dataset)));
  writeFileSync(
    join(folder, "request.json"),
    JSON.stringify({ width: 1 / 16, trainSteps: STEPS }),
  );
  const ours = steps(network, dataset);
  disposeModel(network);
  python("--device", "cpu", "--compare", folder);
  const { tensors: theirs } = readSafetensors(join(folder, "after.safetensors"), "");
  assert.deepEqual([...theirs.keys()].sort(), [...ours.keys()].sort());
  const of = (tensors: ReadonlyMap<string, HostTensor>, name: string) =>
    (tensors.get(name) as HostTensor).values;
  const counts = of(ours, "counts");
  assert.ok(counts.some((count) => count > 1), "the network is silent");
  const other = difference(counts, of(theirs, "counts")).filter((value) => value !== 0).length;
  // The order of sums differs, so that a membrane at the threshold may fall on the other side.
  assert.ok(other <= 0.005 * counts.length, `${other} of ${counts.length} counts differ`);
  for (const [name, { values }] of initial) {
    const moved = norm(difference(of(ours, name), values));
    const apart = norm(difference(of(ours, name), of(theirs, name)));
    assert.ok(moved > 0, `${name} has not moved`);
    // Adam's first step is of one length whatever the gradient's: one near 0 may take it the other way.
    assert.ok(apart <= 1e-2 * moved, `${name} moved by ${moved}, but is ${apart} apart`);
  }
}

Deno.test({
  name: "PyTorch's training of the released recipe takes our step, and those of the golden numbers",
  ignore: !peers,
  fn: () =>
    withOwnFolder("peer", (folder) => {
      compareSteps(folder);
      const names = ["frozen-count", "frozen-rate", "train-count"].map((name) => `proxy-step--${name}.json`);
      const golden = names.map((name) => join(ROOT, "test", "golden", "fixtures", name));
      python("--device", "cpu", "--width", "0.0625", "--check", "--golden", ...golden);
      return Promise.resolve();
    }),
});

Deno.test({
  name: "what PyTorch trained by the released recipe is read with both lives and the scores that it had",
  ignore: !peers,
  async fn() {
    await withOwnFolder("peer", async (folder) => {
      const file = join(folder, "joined.safetensors");
      const data = join(dataFolder(), "fashion-mnist");
      const where = ["--output", folder, "--state", join(folder, "state")];
      const size = ["--width", "0.03125", "--limit", "400", "100", "--epochs", "2", "--device", "cpu"];
      python("--data", data, ...where, ...size);
      python("--join", folder, "--weights", file);
      const { last } = JSON.parse(readFileSync(join(folder, "result.json"), "utf8"));
      const network = await openFile(file);
      const { images, of, scores } = await evaluateNetwork(network);
      disposeModel(network.model);
      assert.deepEqual([images, of], [100, "test"]);
      assert.deepEqual(network.config, {
        ...RELEASED,
        data: { ...RELEASED.data, trainImages: 400, testImages: 100 },
        network: { ...RELEASED.network, width: 1 / 32 },
        training: { ...RELEASED.training, epochs: 2 },
      });
      assert.deepEqual(scores.correct, last.correct);
      for (const life of ["snn", "ann"] as const) {
        for (const share of ["argmax", "expected", "tieInclusive", "tied", "silent"] as const) {
          const [ours, theirs] = [scores.evaluation[life]?.[share] as number, last.evaluation[life][share]];
          assert.ok(Math.abs(ours - theirs) < 1e-6, `${life} ${share}: ${ours}, ${theirs} in PyTorch`);
        }
      }
    });
  },
});
