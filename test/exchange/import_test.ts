import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { slice } from "../../lib/data/dataset.ts";
import { encodeIdx } from "../../lib/data/idx.ts";
import { loadDataset } from "../../lib/data/load.ts";
import { type Architecture, parseArchitecture } from "../../lib/exchange/architecture.ts";
import { type Evaluated, evaluateNetwork, type Reading } from "../../lib/exchange/evaluate_network.ts";
import { exportPyTorch } from "../../lib/exchange/export_pytorch.ts";
import { runOfRecord } from "../../lib/exchange/find_run.ts";
import { type KnownNetwork, openFile, openRun } from "../../lib/exchange/known_network.ts";
import { pyTorchKeys } from "../../lib/exchange/pytorch_layout.ts";
import { writeNetwork } from "../../lib/exchange/write_network.ts";
import { disposeModel } from "../../lib/models/model.ts";
import { type HostTensor, packSafetensors, readSafetensors } from "../../lib/ops/safetensors.ts";
import { evaluateTask } from "../../tasks/evaluate.ts";
import { exportTask } from "../../tasks/export.ts";
import { importTask } from "../../tasks/import.ts";
import { type Asked, planOf } from "../../tasks/task.ts";
import { inResults } from "../in_results.ts";
import { CONFIGS, type Kind, trained } from "./small_runs.ts";

/** The layers of the small runs on Fashion-MNIST, as a command line says them. */
const FASHION = ["--layers", "4C3-4C3-P2-4C3-P2-80-36-8-10", "--input", "28x28x1"];

/** What someone trained elsewhere: the tensors of a run under PyTorch's names, and nothing else in the file. */
async function foreign(kind: Kind, folder: string, life: "ann" | "snn" = "ann"): Promise<string> {
  const network = await openRun(runOfRecord(await trained(kind)));
  const file = join(folder, `${kind}-${life}.safetensors`);
  exportPyTorch(network, file, { life });
  disposeModel(network.model);
  writeFileSync(file, packSafetensors(readSafetensors(file, "").tensors));
  return file;
}

/** The images that the small runs are evaluated on. */
function evaluatedImages(folder: string): NonNullable<Reading["given"]> {
  const { images, labels } = slice(loadDataset("fashion-mnist").test, 0, 130);
  const given = { images: join(folder, "images"), labels: join(folder, "labels") };
  writeFileSync(given.images, encodeIdx({ shape: [130, 28, 28], values: images }));
  writeFileSync(given.labels, encodeIdx({ shape: [130], values: labels }));
  return given;
}

async function scored(network: KnownNetwork, reading: Reading): Promise<Evaluated["scores"]["evaluation"]> {
  return (await evaluateNetwork(network, reading)).scores.evaluation;
}

async function recorded(kind: Kind) {
  return runOfRecord(await trained(kind)).record.last?.evaluation ?? assert.fail(kind);
}

/** What a task prints. */
async function printed<Plan extends object>(
  task: Asked<Plan> & { act: (plan: Plan) => Promise<void> | void },
  args: string[],
) {
  const lines: string[] = [];
  const log = console.log;
  console.log = (line: string) => void lines.push(line);
  try {
    await task.act(planOf(task, args) as Plan);
  } finally {
    console.log = log;
  }
  return lines.join("\n");
}

Deno.test("a network trained elsewhere is evaluated, simulated event by event, converted and exported", async () => {
  await inResults(async (folder) => {
    const given = evaluatedImages(folder);
    const [ann, snn] = [await foreign("ann", folder), await foreign("proxy", folder, "snn")];
    const imported = join(folder, "imported.safetensors");
    assert.match(
      await printed(importTask, [ann, "--output", imported, ...FASHION]),
      /^.*imported.safetensors: [\d,]+ trainable/,
    );
    const network = await openFile(imported);
    assert.match(network.about["importedFrom"] as string, /^ann-ann.safetensors, SHA-256 [0-9a-f]{64}$/);
    assert.deepEqual(await scored(network, { given }), await recorded("ann"));
    const data = "fashion-mnist";
    const rule = CONFIGS.conversion.rule;
    assert.deepEqual(
      await scored(network, { given, data, rule: { ...rule, name: "conversion" } }),
      await recorded("conversion"),
    );
    exportPyTorch(network, join(folder, "again.safetensors"));
    assert.deepEqual(
      readSafetensors(join(folder, "again.safetensors"), "").tensors,
      readSafetensors(ann, "").tensors,
    );
    disposeModel(network.model);
    const spiking = await openFile(snn, network.architecture);
    const simulated = await scored(spiking, { given, rule: CONFIGS.proxy.rule });
    assert.deepEqual(simulated.snn, (await recorded("proxy")).snn);
    disposeModel(spiking.model);
    const images = ["--images", given.images, "--labels", given.labels];
    const told = await printed(evaluateTask, [
      snn,
      ...FASHION,
      ...images,
      "--rule",
      "proxy",
      "T=4",
      "threshold=0.5",
    ]);
    assert.match(
      told,
      /on 130 given images\n {2}SNN: .* expected over ties, .* with membranes; .*\n {2}ANN: /,
    );
    const output = join(folder, "out.safetensors");
    assert.match(
      await printed(exportTask, [imported, "--to", "pytorch", "--output", output]),
      /out.safetensors\n.*models.py\n/,
    );
    assert.deepEqual(readSafetensors(output, "").tensors, readSafetensors(ann, "").tensors);
  });
});

Deno.test("a classifier trained elsewhere is imported by its settings; kernels that should be one must be", async () => {
  await inResults(async (folder) => {
    const output = join(folder, "imported.safetensors");
    const file = await foreign("convMixerUnshared", folder);
    const settings = ["dim=8", "depth=2", "kernel=3", "patch=4"];
    const args = [file, "--output", output, "--input", "32x32x3", "--network", "convmixer", ...settings];
    await printed(importTask, [...args, "sharing=none"]);
    const network = await openFile(output);
    const told = await printed(evaluateTask, [
      output,
      "--data",
      "cifar-10",
      "--recipe",
      "convmixer",
      "--json",
    ]);
    const { scores, images } = await evaluateNetwork(network, { data: "cifar-10", recipe: "convmixer" });
    assert.deepEqual(JSON.parse(told).scores, scores);
    assert.equal(images, 10000);
    disposeModel(network.model);
    await assert.rejects(
      printed(importTask, [...args.with(2, join(folder, "shared.safetensors")), "sharing=all"]),
      /"blocks.0.0.fn.0.weight" and "blocks.1.0.fn.0.weight" are one kernel in this architecture, but have different values/,
    );
    assert.ok(!existsSync(join(folder, "shared.safetensors")));
    await assert.rejects(
      evaluateNetwork(network, { data: "cifar-10", rule: CONFIGS.proxy.rule }),
      /a convmixer has no spiking life, so it cannot be read by the rule proxy; read it by ann/,
    );
    await assert.rejects(
      evaluateNetwork(network, {}),
      /does not say what it was trained on; name a data set \(--data\)/,
    );
    await assert.rejects(
      evaluateNetwork(network, { data: "fashion-mnist" }),
      /takes images of 32 x 32 x 3 and has 10 classes, but fashion-mnist has 28 x 28 x 1 and 10/,
    );
  });
});

Deno.test("a network whose layers use one kernel is imported by its notation; where the file has several, it is refused", async () => {
  await inResults(async (folder) => {
    const file = await foreign("folded", folder, "snn");
    const [output, input] = [join(folder, "imported.safetensors"), ["--input", "28x28x1"]];
    const shared = ["--layers", "4C3-4C3-4C3=conv2-P2-4C3=conv2-sum-10", ...input];
    assert.match(await printed(importTask, [file, "--output", output, ...shared]), /: 252 trainable/);
    const network = await openFile(output);
    const simulated = await scored(network, { given: evaluatedImages(folder), rule: CONFIGS.folded.rule });
    assert.deepEqual(simulated.snn, (await recorded("folded")).snn);
    disposeModel(network.model);
    const { tensors } = readSafetensors(file, "");
    const key = (tensors.get("6.weight") as HostTensor).values;
    key[0] = (key[0] as number) + 1;
    const unequal = join(folder, "unequal.safetensors");
    writeFileSync(unequal, packSafetensors(tensors));
    await assert.rejects(
      printed(importTask, [unequal, "--output", join(folder, "refused.safetensors"), ...shared]),
      /"3.weight" and "6.weight" are one kernel in this architecture, but have different values/,
    );
    const apart = ["--layers", "4C3-4C3-4C3-P2-4C3-sum-10", ...input];
    await printed(importTask, [unequal, "--output", join(folder, "apart.safetensors"), ...apart]);
  });
});

const SMALL = {
  input: [4, 4, 1],
  layers: [
    { type: "conv", filters: 2, kernel: 3, norm: true },
    { type: "linear", units: 3, bias: true },
  ],
} as const satisfies Architecture;

/** A state dictionary of SMALL, with what every state_dict() of a norm has. */
function stateDictionary(): Map<string, HostTensor> {
  return new Map(
    pyTorchKeys(SMALL).map(({ key, shape }) => {
      const size = shape.reduce((product, axis) => product * axis, 1);
      return [key, {
        shape: [...shape],
        values: Float32Array.from({ length: size }, (_, i) => (i + 1) / 16),
      }];
    }),
  );
}

/** A file whose header is as given, with so many bytes of values. */
function rawFile(header: unknown, bytes: number, size?: bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + bytes);
  new DataView(file.buffer).setBigUint64(0, size ?? BigInt(json.length), true);
  file.set(json, 8);
  return file;
}

const changed = (change: (tensors: Map<string, HostTensor>) => void) => {
  const tensors = stateDictionary();
  change(tensors);
  return packSafetensors(tensors);
};

const rename = (from: string, to: string) =>
  changed((tensors) => {
    tensors.set(to, tensors.get(from) as HostTensor);
    tensors.delete(from);
  });

const whole = () => changed(() => {});

const DAMAGED: Record<string, [bytes: () => Uint8Array, message: RegExp]> = {
  "a missing tensor": [
    () => changed((tensors) => void tensors.delete("1.running_var")),
    /lacks "1.running_var", a network of 2 layers's; write the whole state_dict\(\), or give .* \("1.running_var" has the shape \[2\]\)/,
  ],
  "an extra tensor": [
    () => changed((tensors) => void tensors.set("9.weight", { shape: [1], values: Float32Array.of(1) })),
    /has "9.weight", which a network of 2 layers does not; leave these out/,
  ],
  "a renamed tensor": [
    () => rename("4.weight", "fc.weight"),
    /lacks "4.weight", .*, and has "fc.weight", .*; rename the tensors, or give the architecture/,
  ],
  "a tensor in TensorFlow's layout": [
    () =>
      changed((tensors) =>
        void tensors.set("0.weight", { shape: [3, 3, 1, 2], values: new Float32Array(18) })
      ),
    /"0.weight" has the shape \[3,3,1,2\], but must have \[2,1,3,3\]/,
  ],
  "a tensor with a NaN": [
    () => changed((tensors) => void ((tensors.get("1.weight") as HostTensor).values[1] = NaN)),
    /value 1 of "1.weight" is NaN, but must be finite/,
  ],
  "an infinite tensor": [
    () => changed((tensors) => void ((tensors.get("4.bias") as HostTensor).values[2] = -Infinity)),
    /value 2 of "4.bias" is -Infinity, but must be finite/,
  ],
  "a negative variance": [
    () => changed((tensors) => void ((tensors.get("1.running_var") as HostTensor).values[0] = -1)),
    /value 0 of "1.running_var" is -1, but a variance is 0 or more/,
  ],
  "half precision": [
    () => rawFile({ "0.weight": { dtype: "F16", shape: [2], data_offsets: [0, 4] } }, 4),
    /"0.weight" is of type F16, and only F32 is read; give a file written by .* from the float32 state_dict\(\)/,
  ],
  "another network": [
    () =>
      packSafetensors(
        new Map(
          pyTorchKeys({ ...SMALL, layers: SMALL.layers.toReversed().slice(0, 1) }).map(({ key, shape }) => [
            key,
            {
              shape: [...shape],
              values: new Float32Array(shape.reduce((product, axis) => product * axis, 1)),
            },
          ]),
        ),
      ),
    /lacks "0.weight", .* and \d more, .*; write the whole state_dict\(\), or give the architecture that the file is of/,
  ],
  "a file cut short": [() => whole().slice(0, -5), /it is cut short \(\d+ bytes of values instead of/],
  "a header cut short": [() => whole().slice(0, 20), /it is cut short or no safetensors file \(20 bytes/],
  "a header of 2^60 bytes": [() => rawFile("{}", 8, 2n ** 60n), /it is cut short or no safetensors file/],
  "an empty file": [() => new Uint8Array(), /it is cut short or no safetensors file \(0 bytes/],
  "a pickle": [() => rawFile("PK\u0003\u0004 archive/data.pkl", 64, 10n), /does not begin with a brace/],
  "an architecture that is none": [
    () => packSafetensors(stateDictionary(), { layout: "pytorch", architecture: '{"layers":[]}' }),
    /Reading the architecture .*: it is none; give \{"network"/,
  ],
  "another architecture than given": [
    () =>
      packSafetensors(stateDictionary(), { architecture: JSON.stringify({ ...SMALL, input: [4, 4, 2] }) }),
    /it says that it is another architecture/,
  ],
  "a configuration that is damaged": [
    () => packSafetensors(stateDictionary(), { layout: "pytorch", config: "{" }),
    /its configuration is damaged/,
  ],
};

Deno.test("what is wrong with a file is told in one sentence that names it, and nothing is written", async () => {
  await inResults(async (folder) => {
    const [file, output] = [join(folder, "in.safetensors"), join(folder, "out.safetensors")];
    writeFileSync(
      file,
      changed((tensors) =>
        void tensors.set("1.num_batches_tracked", { shape: [], values: Float32Array.of(1) })
      ),
    );
    disposeModel((await openFile(file, SMALL)).model); // the counter of a norm is no damage
    for (const [what, [bytes, message]] of Object.entries(DAMAGED)) {
      writeFileSync(file, bytes());
      const doing = async () => writeNetwork(await openFile(file, SMALL), output);
      await assert.rejects(doing, (error: Error) => {
        assert.match(error.name, /^(FailureError|UsageError)$/, `${what}: ${error.stack}`);
        assert.match(error.message, message, what);
        assert.equal(error.message.split("\n").length, 1, what);
        return true;
      });
    }
    writeFileSync(file, whole());
    await assert.rejects(
      openFile(file),
      /it does not say what network it is; give its architecture \(--network/,
    );
    assert.deepEqual(readdirSync(folder), ["in.safetensors"]);
  });
});

Deno.test("architectures that are none are refused, and so are command lines that do not fit together", async () => {
  const refused = (value: unknown, message: RegExp) => assert.throws(() => parseArchitecture(value), message);
  refused({ ...SMALL, layers: SMALL.layers.slice(0, 1) }, /the last layer is conv, but must be linear/);
  refused({ ...SMALL, layers: [{ type: "maxpool", size: 2 }, SMALL.layers[1]] }, /layer 1 is maxpool/);
  refused(
    { ...SMALL, layers: [{ ...SMALL.layers[0], kernel: 2 }, SMALL.layers[1]] },
    /kernel size 2, but it must be odd/,
  );
  refused({ network: { name: "transformer" }, image: [1, 1, 1], classes: 2 }, /it is none; give/);
  await inResults((folder) => {
    const file = join(folder, "in.safetensors");
    writeFileSync(file, whole());
    const said = (args: string[], message: RegExp) => assert.throws(() => planOf(importTask, args), message);
    const output = ["--output", join(folder, "out.safetensors")];
    const layers = [file, ...output, "--layers", "3C3-2"];
    said(
      [file, ...output, "--network", "convmixer", "--layers", "3"],
      /--network and --layers exclude each other/,
    );
    said(layers, /an architecture needs --input, e.g. --input 32x32x3/);
    said([...layers, "--input", "28,28"], /Reading --input 28,28: write height, width and channels/);
    said(
      [...layers, "--input", "4x4x1", "--norms", "some"],
      /--norms some: it must be one of none, convolutions, hidden/,
    );
    said(
      [...layers, "--input", "4x4x1", "--biases", "some"],
      /--biases some: it must be one of none, linear, all/,
    );
    said([file, "--output", file], /--output is the same file; name another/);
    said([file, "--output", join(folder, "out.pt")], /let the file's name end with .safetensors/);
    said([join(folder, "nowhere"), ...output], /there is no such file/);
    said(
      [file, ...output, "--input", "4x4x1", "--network", "convmixer", "dim"],
      /the setting dim: it has no "="/,
    );
    const plan = planOf(importTask, [...layers, "--input", "4x4x1", "--norms", "none", "--biases", "all"]);
    assert.deepEqual(plan?.architecture, {
      input: [4, 4, 1],
      layers: [
        { type: "conv", filters: 3, kernel: 3, norm: false, bias: true },
        { type: "linear", units: 2, norm: false, bias: true },
      ],
    });
    const exporting = (args: string[], message: RegExp) =>
      assert.throws(() => planOf(exportTask, [file, ...args]), message);
    exporting([...output, "--to", "onnx"], /--to onnx: it is unknown; use pytorch or nir/);
    exporting(
      [...output, "--to", "pytorch", "--life", "third"],
      /--life third: it is unknown; use one of ann, snn/,
    );
    exporting(output, /--to is missing; write --to pytorch/);
    exporting(["--to", "pytorch"], /--output is missing; name the file to write/);
    assert.deepEqual(readFileSync(file), Buffer.from(whole()));
    return Promise.resolve();
  });
});
