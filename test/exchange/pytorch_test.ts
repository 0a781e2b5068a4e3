import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PEERS_PYTHON } from "../../bench/peers/setup.ts";
import { orderedBatches } from "../../lib/data/batches.ts";
import { slice } from "../../lib/data/dataset.ts";
import { loadDataset } from "../../lib/data/load.ts";
import type { Architecture } from "../../lib/exchange/architecture.ts";
import { evaluateNetwork } from "../../lib/exchange/evaluate_network.ts";
import { exportPyTorch } from "../../lib/exchange/export_pytorch.ts";
import { runOfRecord } from "../../lib/exchange/find_run.ts";
import { type KnownNetwork, openFile, openRun } from "../../lib/exchange/known_network.ts";
import { pyTorchKeys, sharedKeys } from "../../lib/exchange/pytorch_layout.ts";
import { writeNetwork } from "../../lib/exchange/write_network.ts";
import { toTensors } from "../../lib/learning/tensors.ts";
import { artificialForward } from "../../lib/models/artificial_forward.ts";
import { layersOf } from "../../lib/models/layer_notation.ts";
import { countParameters, disposeModel, modelVariables } from "../../lib/models/model.ts";
import { readSafetensors } from "../../lib/ops/safetensors.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { dataFolder, ROOT } from "../../lib/paths.ts";
import { inOrder } from "../../lib/runs/assemble/assemble.ts";
import { hostTensors } from "../../lib/runs/weights.ts";
import { inResults } from "../in_results.ts";
import { type Kind, trained } from "./small_runs.ts";

const open = async (kind: Kind) => await openRun(runOfRecord(await trained(kind)));
const valuesOf = ({ model }: KnownNetwork) => hostTensors(modelVariables(model));

Deno.test("keys are those of timm's ConvMixer, of a ResNet, and of an nn.Sequential", () => {
  const image = [32, 32, 3] as const;
  const keys = (architecture: Architecture) =>
    Object.fromEntries(pyTorchKeys(architecture).map(({ key, shape }) => [key, shape]));
  const convMixer = { name: "convmixer", dim: 8, depth: 1, kernel: 5, patch: 2, sharing: "none" } as const;
  assert.deepEqual(keys({ network: convMixer, image, classes: 10 }), {
    ...{ "stem.0.weight": [8, 3, 2, 2], "stem.0.bias": [8], "stem.2.weight": [8], "stem.2.bias": [8] },
    ...{ "stem.2.running_mean": [8], "stem.2.running_var": [8] },
    ...{ "blocks.0.0.fn.0.weight": [8, 1, 5, 5], "blocks.0.0.fn.0.bias": [8] },
    ...{ "blocks.0.0.fn.2.weight": [8], "blocks.0.0.fn.2.bias": [8] },
    ...{ "blocks.0.0.fn.2.running_mean": [8], "blocks.0.0.fn.2.running_var": [8] },
    ...{ "blocks.0.1.weight": [8, 8, 1, 1], "blocks.0.1.bias": [8] },
    ...{ "blocks.0.3.weight": [8], "blocks.0.3.bias": [8] },
    ...{ "blocks.0.3.running_mean": [8], "blocks.0.3.running_var": [8] },
    ...{ "head.weight": [10, 8], "head.bias": [10] },
  });
  const seResNet = {
    name: "se-resnet",
    n: 1,
    stem: 4,
    widths: [4, 8],
    sharedStages: [],
    reduction: 4,
  } as const;
  const found = keys({ network: { ...seResNet, widths: [4, 8], sharedStages: [] }, image, classes: 10 });
  assert.deepEqual(found["layer2.0.conv1.weight"], [8, 4, 3, 3]);
  assert.deepEqual(found["layer2.0.se.fc1.weight"], [2, 8]);
  assert.deepEqual(found["layer2.0.downsample.0.weight"], [8, 4, 1, 1]);
  assert.equal(found["layer1.0.downsample.0.weight"], undefined);
  const layers = [
    { type: "conv", filters: 4, kernel: 3, norm: true },
    { type: "maxpool", size: 2 },
    { type: "linear", units: 6, bias: true },
    { type: "linear", units: 3 },
  ] as const;
  assert.deepEqual(keys({ input: [6, 6, 2], layers }), {
    ...{
      "0.weight": [4, 2, 3, 3],
      "1.weight": [4],
      "1.bias": [4],
      "1.running_mean": [4],
      "1.running_var": [4],
    },
    ...{ "5.weight": [6, 36], "5.bias": [6], "7.weight": [3, 6] },
  });
});

Deno.test("a layer's key stands for the kernel that it uses, and a sum over positions takes a module's place", () => {
  const layers = layersOf("4C3-4C3-4C3=conv2-sum-10");
  const keys = pyTorchKeys({ input: [6, 6, 2], layers });
  const kernels = keys.filter(({ name }) => name.endsWith("kernel"))
    .map(({ key, name, shape }) => [key, name, ...shape]);
  assert.deepEqual(kernels, [
    ["0.weight", "conv1.kernel", 4, 2, 3, 3],
    ["3.weight", "conv2.kernel", 4, 4, 3, 3],
    ["6.weight", "conv2.kernel", 4, 4, 3, 3],
    ["10.weight", "linear1.kernel", 10, 4],
  ]);
  assert.deepEqual(sharedKeys(keys), [["3.weight", "6.weight"]]);
});

Deno.test("a network that is exported and read again has every value and score that it had", async () => {
  await inResults(async (folder) => {
    for (const kind of ["ann", "conversion", "folded", "convMixer", "seResNet"] as const) {
      const network = await open(kind);
      const file = join(folder, `${kind}.safetensors`);
      const [written, module, card] = exportPyTorch(network, file);
      assert.equal(written, file);
      assert.ok(existsSync(module as string));
      assert.match(
        readFileSync(card as string, "utf8"),
        new RegExp(`Run ${network.record?.hash}.*\n[^]*\\| ANN \\|`),
      );
      const simulated =
        /Its SNN has an IF neuron of threshold 1 .* reset by subtraction, membranes from 0.5, over 8 steps/;
      assert.equal(simulated.test(readFileSync(card as string, "utf8")), kind === "conversion");
      const again = await openFile(file);
      for (const [name, { values, shape }] of valuesOf(network)) {
        // Of a network with two lives the statistics of one are written.
        if (name.includes(".norm.snn.")) continue;
        assert.deepEqual(valuesOf(again).get(name), { values, shape }, `${kind} ${name}`);
      }
      const [before, after] = [await evaluateNetwork(network), await evaluateNetwork(again)];
      assert.deepEqual(after.scores.evaluation.ann, before.scores.evaluation.ann);
      // A converted network has no norms: both lives are in its file.
      if (kind === "conversion") assert.deepEqual(after.scores, before.scores);
      const copy = join(folder, `${kind}-copy.safetensors`);
      writeNetwork(again, copy);
      const third = await openFile(copy);
      assert.deepEqual(await evaluateNetwork(third), after);
      for (const one of [network, again, third]) disposeModel(one.model);
    }
  });
});

Deno.test("either life's statistics are exported; the file then is of that life", async () => {
  await inResults(async (folder) => {
    const network = await open("proxy");
    const own = (await evaluateNetwork(network)).scores.evaluation;
    for (const life of ["ann", "snn"] as const) {
      const file = join(folder, `${life}.safetensors`);
      exportPyTorch(network, file, { life });
      const again = await openFile(file);
      assert.deepEqual((await evaluateNetwork(again)).scores.evaluation, { [life]: own[life] });
      disposeModel(again.model);
    }
    disposeModel(network.model);
    const classifier = await open("convMixer");
    const file = join(folder, "classifier.safetensors");
    assert.throws(
      () => exportPyTorch(classifier, file, { life: "snn" }),
      /no running statistics of the SNN, but of the ANN/,
    );
    assert.ok(!existsSync(file));
    disposeModel(classifier.model);
  });
});

/** The documentation's lines of Python. */
function documented(index: number): string {
  const text = readFileSync(join(ROOT, "docs", "exchange.md"), "utf8");
  return [...text.matchAll(/^```python\n([^]*?)^```$/gm)][index]?.[1] as string;
}

function python(folder: string, code: string): string {
  const { stdout, stderr, status } = spawnSync(PEERS_PYTHON, ["-c", code], { cwd: folder, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout;
}

const KINDS: Kind[] = [
  ...["ann", "proxy", "conversion", "tenLayers", "folded"] as const,
  ...["convMixer", "convMixerUnshared", "seResNet", "seResNetUnshared"] as const,
];

const peers = existsSync(PEERS_PYTHON);
if (!peers) {
  console.log(
    "PyTorch is not set up (deno task bench --peers sets it up): exports are not compared with it.",
  );
}

Deno.test({
  name: "PyTorch computes our logits from what is exported, and what it saves is read",
  ignore: !peers,
  async fn() {
    await inResults(async (results) => {
      const folder = join(results, "peers");
      mkdirSync(folder);
      const networks = new Map<Kind, KnownNetwork>();
      const logits = new Map<Kind, Float32Array>();
      for (const kind of KINDS) {
        const network = await open(kind);
        networks.set(kind, network);
        exportPyTorch(network, join(folder, `${kind}.network.safetensors`));
        const { config } = network;
        if (config === undefined) assert.fail(kind);
        const dataset = loadDataset(config.data.name);
        const split = slice(dataset.test, 0, 20);
        writeFileSync(join(folder, `${kind}.images`), split.images);
        writeFileSync(join(folder, `${kind}.shape`), JSON.stringify(dataset.shape));
        const source = inOrder(config, dataset, split);
        logits.set(
          kind,
          tf.tidy(() => {
            const { images } = toTensors(source.batch(1, 0), source.shape, dataset.classes.length);
            return artificialForward(network.model, images, "frozen").dataSync().slice() as Float32Array;
          }),
        );
      }
      const script = join(import.meta.dirname as string, "pytorch_peer.py");
      const { stdout, stderr, status } = spawnSync(PEERS_PYTHON, [script, folder], { encoding: "utf8" });
      assert.equal(status, 0, stderr);
      const counts = JSON.parse(stdout);
      for (const kind of KINDS) {
        const network = networks.get(kind) as KnownNetwork;
        const { tensors } = readSafetensors(join(folder, `${kind}.logits.safetensors`), "");
        const [ours, theirs] = [
          logits.get(kind) as Float32Array,
          tensors.get("logits")?.values as Float32Array,
        ];
        const largest = Math.max(...ours.map(Math.abs));
        const apart = Math.max(...ours.map((value, index) => Math.abs(value - (theirs[index] as number))));
        assert.ok(apart <= 1e-5 * largest, `${kind}: ${apart} apart, the largest logit is ${largest}`);
        assert.equal(counts[kind], countParameters(network.model), kind);
        for (const saved of ["saved", "aliased"]) {
          const again = await openFile(join(folder, `${kind}.${saved}.safetensors`), network.architecture);
          for (const [name, { values }] of valuesOf(network)) {
            if (name.includes(".norm.snn.")) continue;
            assert.deepEqual(valuesOf(again).get(name)?.values, values, `${kind} ${saved} ${name}`);
          }
          disposeModel(again.model);
        }
        disposeModel(network.model);
      }
    });
  },
});

Deno.test({
  name: "the documentation's Python gives our accuracy, and SpikingJelly's neurons our spike counts",
  ignore: !peers,
  async fn() {
    await inResults(async (folder) => {
      symlinkSync(dataFolder(), join(folder, "data"));
      const network = await open("proxy");
      exportPyTorch(network, join(folder, "network.safetensors"));
      const ours = await evaluateNetwork(network, { data: "fashion-mnist", rule: { name: "ann" } });
      const accuracy = Number(python(folder, documented(0)));
      assert.ok(Math.abs(accuracy - (ours.scores.evaluation.ann?.argmax ?? NaN)) <= 2e-4, `${accuracy}`);
      exportPyTorch(network, join(folder, "snn.safetensors"), { life: "snn" });
      const images = slice(loadDataset("fashion-mnist").test, 0, 1000);
      const counts = tf.tidy(() => {
        const { images: x } = toTensors(
          orderedBatches(images, [28, 28, 1], 1000).batch(1, 0),
          [28, 28, 1],
          10,
        );
        return network.reader?.spiking?.simulate(network.model, x).counts.dataSync() as Float32Array;
      });
      const upToImages = documented(0).split("\n").slice(0, 5).join("\n");
      const snn = documented(1).replace("v_threshold=2.0", "v_threshold=0.5").replace("range(15)", "range(4)")
        .replace("(images)", "(images[:1000])");
      const print = "import json\nprint(json.dumps(counts.flatten().int().tolist()))";
      const code = `${upToImages}\ntorch.set_grad_enabled(False)\n${snn}\n${print}`;
      const theirs: number[] = JSON.parse(python(folder, code));
      assert.equal(theirs.length, counts.length);
      assert.ok(counts.some((count) => count > 0));
      const equal = theirs.filter((count, index) => count === counts[index]).length / theirs.length;
      // The order of sums differs, so that a membrane at the threshold may fall on the other side.
      assert.ok(equal >= 0.999, `${equal} of the counts are equal`);
      disposeModel(network.model);
    });
  },
});
