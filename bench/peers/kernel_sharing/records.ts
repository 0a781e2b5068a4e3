/**
 * Makes records of what train.py left: its curve, and at the end what this library measures of the same weights, which are written
 * beside it as of any run. Where the two disagree on more than ten test images in 10,000, whose sums have another order, something is wrong and nothing is written.
 *
 *     deno run -A bench/peers/kernel_sharing/records.ts FOLDER
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { loadDataset } from "../../../lib/data/load.ts";
import { openFile } from "../../../lib/exchange/known_network.ts";
import { fields, finite, listOf, natural, optional, readJson, text } from "../../../lib/json.ts";
import { evaluate } from "../../../lib/learning/evaluate.ts";
import type { EpochLine, Evaluation } from "../../../lib/learning/metrics.ts";
import { countParameters, disposeModel } from "../../../lib/models/model.ts";
import { inOrder, splits } from "../../../lib/runs/assemble/assemble.ts";
import { hashConfig } from "../../../lib/runs/config/config.ts";
import { finish } from "../../../lib/runs/finish.ts";
import { classifierReport } from "../../../lib/runs/looks/classifier.ts";
import { peakMemory } from "../../../lib/runs/provenance.ts";
import type { RunRecord } from "../../../lib/runs/record.ts";
import { runPaths, type RunRequest } from "../../../lib/runs/store.ts";
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
  if (existsSync(runPaths(request).record)) continue;
  const trained = readJson(join(folder, file), { what: "a training in PyTorch", shape: TRAINED, fix });
  const record = await finishHere(request, trained, join(folder, `${hash}.safetensors`));
  console.log(
    `${request.experiment} ${request.row} ${request.config.seed}: ${record.last?.evaluation.ann?.argmax}`,
  );
}

async function finishHere(request: RunRequest, trained: Trained, file: string): Promise<RunRecord> {
  const { config } = request;
  const { training, data } = config;
  const startedAt = new Date().toISOString();
  const { model, reader } = await openFile(file);
  if (reader === undefined) throw new Error(`${file}: it does not say how it was trained`);
  const dataset = loadDataset(data.name);
  const images = splits(dataset, config);
  const measured = await evaluate(model, reader, inOrder(config, dataset, images.evaluated));
  const record = await finish(
    { request, paths: runPaths(request), assembly: { dataset }, showProgress: () => {} },
    {
      ...{ model, reader, startedAt, parameters: countParameters(model) },
      curve: curveOf(trained, measured, file),
      classifier: await classifierReport(model, reader, config, { dataset, ...images }, () => {}),
      cost: {
        wallSeconds: trained.seconds,
        imagesPerSecond: training.epochs * data.trainImages / trained.seconds,
        ...{ peakMemory: peakMemory(), sessions: 1 },
      },
      trainedBy: {
        program: `PyTorch ${trained.machine.torch}`,
        device: trained.machine.gpu,
        precision: trained.ways.precision,
      },
    },
  );
  disposeModel(model);
  return record;
}

/** Where no two logits are equal nothing ties; the end is what was measured here. */
function curveOf({ curve }: Trained, measured: Evaluation, what: string): EpochLine[] {
  const here = measured.evaluation.ann?.argmax ?? NaN;
  const end = curve.at(-1)?.evaluation?.ann.argmax ?? NaN;
  if (!(Math.abs(end - here) <= SAME)) {
    throw new Error(
      `${what}: ${here} of the test images are right here, but ${end} were in PyTorch`,
    );
  }
  return curve.map(({ evaluation, ...line }, index): EpochLine => {
    if (index === curve.length - 1) return { ...line, ...measured };
    if (evaluation === undefined) return line;
    const { loss, argmax } = evaluation.ann;
    return {
      ...line,
      evaluation: { ann: { loss, argmax, expected: argmax, tieInclusive: argmax, tied: 0, silent: 0 } },
    };
  });
}
