/**
 * Makes records of what train.py left: its curve, and at the end what this library measures of the same weights, which are written
 * beside it as of any run. Where the two disagree on more than ten test images in 10,000, whose sums have another order, something is wrong and nothing is written.
 *
 *     deno run -A bench/peers/kernel_sharing/records.ts FOLDER
 */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { loadDataset } from "../../../lib/data/load.ts";
import { openFile } from "../../../lib/exchange/known_network.ts";
import { writeWhole } from "../../../lib/files.ts";
import { fields, finite, listOf, natural, optional, readJson, text } from "../../../lib/json.ts";
import { evaluate } from "../../../lib/learning/evaluate.ts";
import type { EpochLine, Score } from "../../../lib/learning/metrics.ts";
import { countParameters, disposeModel, modelVariables } from "../../../lib/models/model.ts";
import { inOrder, splits } from "../../../lib/runs/assemble/assemble.ts";
import { bestOf } from "../../../lib/runs/best.ts";
import { hashConfig } from "../../../lib/runs/config/config.ts";
import { classifierReport } from "../../../lib/runs/looks/classifier.ts";
import { peakMemory, provenance } from "../../../lib/runs/provenance.ts";
import { RECORD_FORMAT, type RunRecord } from "../../../lib/runs/record.ts";
import { sealed } from "../../../lib/runs/seal.ts";
import { runPaths, type RunRequest } from "../../../lib/runs/store.ts";
import { hostTensors, writeWeights } from "../../../lib/runs/weights.ts";
import { trainedInPyTorch } from "./trained_in_pytorch.ts";

/** A share of the test images. */
const SAME = 10 / 10_000;

const TRAINED = fields({
  machine: fields({ torch: text, gpu: text }),
  ways: fields({ precision: text }),
  seconds: finite,
  curve: listOf(fields({
    epoch: natural,
    learningRate: finite,
    train: fields({ loss: finite, accuracy: finite }),
    evaluation: optional(fields({ ann: fields({ loss: finite, argmax: finite }) })),
  })),
});
type Trained = ReturnType<typeof TRAINED>;

const fix = "train it again as bench/README.md says";
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("give the folder that train.py wrote");
const requests = trainedInPyTorch();
for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  const hash = file.replace(/\.json$/, "");
  const request = requests.find(({ config }) => hashConfig(config) === hash);
  if (request === undefined) throw new Error(`${join(folder, file)}: no experiment asks for it`);
  const path = runPaths(request).record;
  if (existsSync(path)) continue;
  const trained = readJson(join(folder, file), { what: "a training in PyTorch", shape: TRAINED, fix });
  const record = await recordOf(request, trained, join(folder, `${hash}.safetensors`));
  writeWhole(path, JSON.stringify(record, null, 1) + "\n");
  console.log(
    `${request.experiment} ${request.row} ${request.config.seed}: ${record.last?.evaluation.ann?.argmax}`,
  );
}

async function recordOf(request: RunRequest, trained: Trained, file: string): Promise<RunRecord> {
  const { config } = request;
  const startedAt = new Date().toISOString();
  const { model, reader } = await openFile(file);
  if (reader === undefined) throw new Error(`${file}: it does not say how it was trained`);
  const dataset = loadDataset(config.data.name);
  const images = splits(dataset, config);
  const { correct, ...measured } = await evaluate(model, reader, inOrder(config, dataset, images.evaluated));
  const curve = curveOf(trained, measured.evaluation.ann as Score, file);
  const between = () => {};
  const paths = runPaths(request);
  mkdirSync(dirname(paths.weights), { recursive: true });
  const weights = writeWeights(paths.weights, request, paths.hash, hostTensors(modelVariables(model)));
  const record = sealed({
    ...{ format: RECORD_FORMAT, hash: paths.hash, experiment: request.experiment, row: request.row },
    ...{
      profile: request.profile,
      reduced: request.reduced,
      config,
      status: "finished",
      evaluatedOn: "test",
    },
    parameters: countParameters(model),
    curve,
    last: curve.at(-1) as RunRecord["last"],
    best: bestOf(curve, "ann"),
    ...(correct === undefined ? {} : { correct }),
    classifier: await classifierReport(model, reader, config, { dataset, ...images }, between),
    weights,
    cost: {
      wallSeconds: trained.seconds,
      imagesPerSecond: config.training.epochs * config.data.trainImages / trained.seconds,
      ...{ peakMemory: peakMemory(), sessions: 1 },
    },
    provenance: {
      ...provenance(dataset.sums, startedAt, []),
      trainedBy: {
        program: `PyTorch ${trained.machine.torch}`,
        device: trained.machine.gpu,
        precision: trained.ways.precision,
      },
    },
  });
  disposeModel(model);
  return record;
}

/** Where no two logits are equal nothing ties; the end is what was measured here. */
function curveOf({ curve }: Trained, measured: Score, what: string): EpochLine[] {
  const end = curve.at(-1)?.evaluation?.ann.argmax ?? NaN;
  if (!(Math.abs(end - measured.argmax) <= SAME)) {
    throw new Error(
      `${what}: ${measured.argmax} of the test images are right here, but ${end} were in PyTorch`,
    );
  }
  return curve.map(({ evaluation, ...line }, index): EpochLine => {
    if (evaluation === undefined) return line;
    const { loss, argmax } = evaluation.ann;
    const theirs = { loss, argmax, expected: argmax, tieInclusive: argmax, tied: 0, silent: 0 };
    return { ...line, evaluation: { ann: index === curve.length - 1 ? measured : theirs } };
  });
}
