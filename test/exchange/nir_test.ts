import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PEERS_PYTHON } from "../../bench/peers/setup.ts";
import { orderedBatches } from "../../lib/data/batches.ts";
import { slice } from "../../lib/data/dataset.ts";
import { loadDataset } from "../../lib/data/load.ts";
import { exportNir } from "../../lib/exchange/export_nir.ts";
import { runOfRecord } from "../../lib/exchange/find_run.ts";
import { packHdf5 } from "../../lib/exchange/hdf5.ts";
import { openRun } from "../../lib/exchange/known_network.ts";
import { nextDown } from "../../lib/exchange/nir_graph.ts";
import { toTensors } from "../../lib/learning/tensors.ts";
import { type Network, parameterValue } from "../../lib/models/parameters.ts";
import { foldNorms } from "../../lib/models/weighted_input.ts";
import { simulate } from "../../lib/spiking/simulate.ts";
import { disposeModel } from "../../lib/models/model.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import type { RunConfig } from "../../lib/runs/config/config.ts";
import { exportTask } from "../../tasks/export.ts";
import { planOf } from "../../tasks/task.ts";
import { inResults } from "../in_results.ts";
import { CONFIGS, type Kind, trained } from "./small_runs.ts";

const open = async (kind: Kind, change: Partial<RunConfig> = {}) =>
  await openRun(runOfRecord(await trained(kind, change)));

Deno.test("the threshold is the number below: what is above it is at or above ours", () => {
  for (const theta of [0.5, 1, 2, 0.1, 3.7]) {
    const below = nextDown(Math.fround(theta));
    assert.ok(below < Math.fround(theta));
    assert.equal(
      Math.fround((below + Math.fround(theta)) / 2) > below,
      Math.fround((below + Math.fround(theta)) / 2) >= Math.fround(theta),
    );
  }
});

Deno.test("an HDF5 file has its signature and its length, and is the same each time", () => {
  const pack = () => packHdf5(new Map([["a", { shape: [2], values: Float32Array.of(1, 2) }]]));
  const bytes = pack();
  assert.deepEqual([...bytes.subarray(0, 8)], [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);
  assert.equal(new DataView(bytes.buffer).getBigUint64(40, true), BigInt(bytes.length));
  assert.deepEqual(pack(), bytes);
});

Deno.test("what NIR cannot say is refused by name, and nothing is written", async () => {
  await inResults(async (folder) => {
    const output = join(folder, "out.nir");
    const { rule: neuron } = CONFIGS.proxy;
    const gated = {
      ...CONFIGS.conversion.rule,
      reset: "hard",
      initialMembrane: 0,
      pooling: "gated",
    } as const;
    const cases: [Kind, Partial<RunConfig>, Parameters<typeof exportNir>[2], RegExp][] = [
      [
        "proxy",
        {},
        {},
        /it pools, .*say --pool average \(SpikingJelly, snnTorch\) or --pool sum \(Norse, sinabs\)/,
      ],
      ["conversion", {}, { pool: "sum" }, /reset is "subtract", which NIR has no word for/],
      [
        "tandem",
        {},
        { pool: "sum", rule: { ...CONFIGS.tandem.rule, reset: "hard" } },
        /read by currents, without neurons/,
      ],
      ["conversion", { rule: gated }, { pool: "sum" }, /its pooling is "gated", which NIR has no node for/],
      [
        "proxy",
        { rule: { ...neuron, initialMembrane: 0.25 } },
        { pool: "sum" },
        /membranes start at 0.25, for which NIR has no field/,
      ],
      ["ann", {}, { pool: "sum" }, /was not trained as an SNN; say with --rule which neurons/],
      ["convMixer", {}, { pool: "sum" }, /a convmixer has no spiking life; export it with --to pytorch/],
    ];
    for (const [kind, change, options, message] of cases) {
      const network = await open(kind, change);
      assert.throws(() => exportNir(network, output, options), message);
      assert.ok(!existsSync(output));
      disposeModel(network.model);
    }
    const record = await trained("proxy");
    const refused = (args: string[], message: RegExp) =>
      assert.throws(() => planOf(exportTask, [record, ...args]), message);
    refused(["--to", "nir", "--output", join(folder, "out.h5")], /let the file's name end with .nir/);
    refused(
      ["--to", "nir", "--output", output, "--pool", "max"],
      /--pool max: it is unknown; use one of sum, average/,
    );
    refused(["--to", "nir", "--output", output, "--life", "snn"], /--life belongs to --to pytorch/);
    const safetensors = join(folder, "out.safetensors");
    refused(["--to", "pytorch", "--output", safetensors, "--pool", "sum"], /--pool belongs to --to nir/);
  });
});

/** A kernel's values in another order of axes. */
function ordered(kernel: tf.Tensor, axes: number[]): Buffer {
  const { buffer, byteOffset, byteLength } = tf.tidy(() => tf.transpose(kernel, axes).dataSync().slice());
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}

Deno.test("a shared kernel stands in each node with that layer's norm inside, a sum over positions as a whole matrix", async () => {
  await inResults(async (folder) => {
    const network = await open("folded");
    const output = join(folder, "folded.nir");
    exportNir(network, output, { pool: "average", rule: LIVELY });
    const bytes = readFileSync(output);
    const model = network.model as Network;
    tf.tidy(() => {
      const folded = foldNorms(model, "snn");
      const kernelOf = (layer: string) => folded.get(layer)?.kernel as tf.Tensor;
      const written = ["conv1", "conv2", "conv3", "conv4"].map((layer) =>
        bytes.indexOf(ordered(kernelOf(layer), [3, 2, 0, 1]))
      );
      assert.ok(written.every((at) => at > 0), `${written}`);
      assert.equal(new Set(written).size, 4); // conv2, conv3 and conv4 use one kernel, with a norm each
      const matrix = parameterValue(model, "linear1.kernel"); // [4, 10], of 14 x 14 positions
      const rows = tf.tile(tf.reshape(matrix, [1, 4, 10]), [196, 1, 1]); // position, channel, unit
      assert.ok(bytes.includes(ordered(rows, [2, 1, 0])));
    });
    disposeModel(model);
  });
});

/** Neurons that fire often and not always. */
const LIVELY = { ...CONFIGS.proxy.rule, T: 8, threshold: 0.2 };

const peers = existsSync(PEERS_PYTHON) &&
  spawnSync(PEERS_PYTHON, ["-c", "import nir, nirtorch"]).status === 0;
if (!peers) console.log("nir and nirtorch are not there for the peers' Python: graphs are not read by them.");

Deno.test({
  name: "the package nir reads our graphs, and SpikingJelly counts our spikes from one",
  ignore: !peers,
  async fn() {
    await inResults(async (results) => {
      for (const kind of ["proxy", "folded"] as const) await compareCounts(kind, results);
    });
  },
});

/**
 * How lively so small a training leaves a network is a matter of rounding, and so of the machine: its last layer is
 * made positive, and small where it sums over positions.
 */
const THRESHOLDS = [0.2, 0.5, 0.1];

function isLively(counts: Float32Array): boolean {
  return counts.filter((count) => count > 0 && count < LIVELY.T).length > counts.length / 4;
}

/** Our spike counts of a trained network, and SpikingJelly's of its graph. */
async function compareCounts(kind: Kind, results: string): Promise<void> {
  const folder = join(results, `graphs-${kind}`);
  mkdirSync(folder);
  const network = await open(kind);
  const model = network.model as Network;
  tf.tidy(() => {
    const last = model.parameters.get(`${model.layers.at(-1)?.name}.kernel`)?.value as tf.Variable;
    last.assign(tf.mul(tf.abs(last), kind === "folded" ? 0.05 : 1));
  });
  const images = slice(loadDataset("fashion-mnist").test, 0, 200);
  writeFileSync(join(results, "images"), images.images);
  const countsAt = (threshold: number) =>
    tf.tidy(() => {
      const { images: x } = toTensors(
        orderedBatches(images, [28, 28, 1], 200).batch(1, 0),
        [28, 28, 1],
        10,
      );
      const options = { T: LIVELY.T, neuron: { ...LIVELY, threshold }, mode: "frozen" } as const;
      return simulate(model, x, options).counts.dataSync() as Float32Array;
    });
  const threshold = THRESHOLDS.find((one) => isLively(countsAt(one)));
  assert.ok(
    threshold !== undefined,
    `${kind} fires often and not always at none of ${THRESHOLDS.join(", ")}`,
  );
  const counts = countsAt(threshold);
  for (const pool of ["sum", "average"] as const) {
    exportNir(network, join(folder, `${pool}.nir`), { pool, rule: { ...LIVELY, threshold } });
  }
  const script = join(import.meta.dirname as string, "nir_peer.py");
  const args = [script, folder, join(results, "images"), "200", String(LIVELY.T)];
  const { stdout, stderr, status } = spawnSync(PEERS_PYTHON, args, { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const { about, counts: theirs } = JSON.parse(
    stdout.split("\n").findLast((line) => line.startsWith("{")) as string,
  );
  const types = (pool: string) => ["Affine", "Conv2d", "Flatten", "IF", "Input", "Output", pool].sort();
  assert.deepEqual(about.sum.types, types("SumPool2d"));
  assert.deepEqual(about.average.types, types("AvgPool2d"));
  assert.deepEqual([about.sum.version, about.sum.output], ["1.0.8", [10]]);
  assert.ok(about.sum.metadata.includes("hash"));
  assert.equal(theirs.length, counts.length);
  const equal = counts.filter((count, index) => count === theirs[index]).length / counts.length;
  // The order of sums differs, so that a membrane at the threshold may fall on the other side.
  assert.ok(equal >= 0.999, `${equal} of the counts are equal`);
  disposeModel(network.model);
}
