/**
 * Makes records of what train.py left: its curve, and at the end what this library measures of the same weights, which are written
 * beside it as of any run; then of the conversions of its ANNs. Where the two disagree on more test images than sums of another order
 * explain, something is wrong and nothing is written. A run that another experiment has as well is not measured again. What is there is left as it
 * is; `--part 1/2` makes the first of two parts, `--experiment NAME` one experiment's.
 *
 *     deno run -A bench/peers/in_pytorch/records.ts FOLDER [--part 1/2] [--experiment NAME]
 */
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { openFile } from "../../../lib/exchange/known_network.ts";
import { fields, finite, listOf, natural, optional, readJson, text } from "../../../lib/json.ts";
import { findExperiment } from "../../../lib/experiments/experiments.ts";
import { evaluate } from "../../../lib/learning/evaluate.ts";
import { Interruptible } from "../../../lib/learning/interrupt.ts";
import type { EpochLine, Evaluation, Score } from "../../../lib/learning/metrics.ts";
import { converts } from "../../../lib/learning/rules/all.ts";
import { countParameters, disposeModel } from "../../../lib/models/model.ts";
import type { Life } from "../../../lib/models/network.ts";
import { assemble } from "../../../lib/runs/assemble/assemble.ts";
import { annOf } from "../../../lib/runs/config/config.ts";
import type { RunContext } from "../../../lib/runs/context.ts";
import { convert } from "../../../lib/runs/convert.ts";
import { finish } from "../../../lib/runs/finish.ts";
import { report } from "../../../lib/runs/looks/look.ts";
import { peakMemory } from "../../../lib/runs/provenance.ts";
import type { RunRecord } from "../../../lib/runs/record.ts";
import { readRecord, runPaths, writeRecord } from "../../../lib/runs/store.ts";
import { trainedInPyTorch } from "./requests.ts";

/** Shares of the test images. A membrane on its threshold may fall on either side, and changes the layers above. */
const SAME: Record<Life, number> = { ann: 10 / 10_000, snn: 30 / 10_000 };

const scored = fields({ loss: finite, argmax: finite });
const TRAINED = fields({
  machine: fields({ torch: text, gpu: optional(text), cpu: optional(text) }),
  ways: fields({ precision: text }),
  seconds: finite,
  curve: listOf(fields({
    epoch: natural,
    learningRate: finite,
    train: fields({ loss: finite, accuracy: finite }),
    evaluation: optional(fields({ ann: optional(scored), snn: optional(scored) })),
  })),
});
type Trained = ReturnType<typeof TRAINED>;

const fix = "train it again as bench/README.md says";
const { positionals: [folder], values: { part = "1/1", experiment } } = parseArgs({
  allowPositionals: true,
  options: { part: { type: "string" }, experiment: { type: "string" } },
});
if (folder === undefined) throw new Error("give the folder that train.py wrote");
const [number, parts] = part.split("/").map(Number) as [number, number];
if (!(number >= 1 && number <= parts)) throw new Error(`--part is ${part}; give e.g. 1/2, the first of two`);
const only = experiment === undefined ? undefined : findExperiment(experiment).name;
const everyRun = trainedInPyTorch().map((request) => ({ ...request, paths: runPaths(request) }));
type Wanted = typeof everyRun[number];

const wanted = everyRun
  .filter((request) => only === undefined || request.experiment === only)
  .filter((_, index) => index % parts === number - 1) // of all, so that parts stay apart whenever they begin
  .filter(({ paths }) => !existsSync(paths.record));
const [toMeasure, toConvert] = [false, true].map((last) =>
  wanted.filter(({ config }) => converts(config.rule) === last)
) as [Wanted[], Wanted[]];
for (const request of [...toMeasure, ...toConvert]) {
  const { experiment, row, config } = request;
  const record = takenFromAnother(request) ?? await madeHere(request);
  if (record === undefined) continue;
  const scores = Object.entries(record.last?.evaluation ?? {}).map(([life, { argmax }]) =>
    `${life} ${argmax}`
  );
  console.log(`${experiment} ${row} ${config.seed}: ${scores.join(", ")} ${record.status}`);
}

/** Where another experiment has a record of the same configuration: that record, written as this experiment's. */
function takenFromAnother({ experiment, row, reduced, paths }: Wanted): RunRecord | undefined {
  const same = everyRun.filter((other) => other.experiment !== experiment && other.paths.hash === paths.hash);
  const other = same.find(({ paths }) => existsSync(paths.record));
  const record = other === undefined ? undefined : readRecord(other.paths.record);
  if (other === undefined || record === undefined) return undefined;
  mkdirSync(dirname(paths.weights), { recursive: true });
  if (existsSync(other.paths.weights)) copyFileSync(other.paths.weights, paths.weights);
  return writeRecord(paths.record, { ...record, experiment, row, reduced });
}

async function madeHere(request: Wanted): Promise<RunRecord | undefined> {
  if (converts(request.config.rule)) return await within(request, convertHere);
  const isTrained = existsSync(join(folder as string, `${request.paths.hash}.json`));
  return isTrained ? await within(request, measureHere) : undefined;
}

type Work = (context: RunContext) => Promise<RunRecord | undefined>;

async function within({ paths, ...request }: Wanted, work: Work): Promise<RunRecord | undefined> {
  const assembly = await assemble(request.config);
  const interruptible = new Interruptible();
  try {
    return await work({
      request,
      paths,
      assembly,
      interruptible,
      showProgress: () => {},
    });
  } finally {
    interruptible.release();
    await assembly.dispose();
  }
}

async function measureHere(context: RunContext): Promise<RunRecord> {
  const { request: { config }, paths, assembly } = context;
  const { training, data } = config;
  const startedAt = new Date().toISOString();
  const trained = readJson(join(folder as string, `${paths.hash}.json`), {
    what: "a training in PyTorch",
    shape: TRAINED,
    fix,
  });
  const file = join(folder as string, `${paths.hash}.safetensors`);
  const { model, reader } = await openFile(file);
  if (reader === undefined) throw new Error(`${file}: it does not say how it was trained`);
  const measured = await evaluate(model, reader, assembly.evaluation);
  const record = await finish(context, {
    ...{ model, reader, startedAt, parameters: countParameters(model) },
    curve: curveOf(trained, measured, file),
    ...await report(context, { model, reader }),
    cost: {
      wallSeconds: trained.seconds,
      imagesPerSecond: training.epochs * data.trainImages / trained.seconds,
      ...{ peakMemory: peakMemory(), sessions: 1 },
    },
    trainedBy: {
      program: `PyTorch ${trained.machine.torch}`,
      device: trained.machine.gpu ?? trained.machine.cpu ?? "a CPU",
      precision: trained.ways.precision,
    },
  });
  disposeModel(model);
  return record;
}

/** Nothing where the ANN's record is not there. */
async function convertHere(context: RunContext): Promise<RunRecord | undefined> {
  const paths = runPaths({ ...context.request, config: annOf(context.request.config) });
  const record = readRecord(paths.record);
  return record === undefined ? undefined : await convert(context, { record, weights: paths.weights });
}

/** The end is what was measured here. */
function curveOf({ curve }: Trained, measured: Evaluation, what: string): EpochLine[] {
  const end: { [life in Life]?: { argmax: number } | undefined } = curve.at(-1)?.evaluation ?? {};
  for (const [life, { argmax }] of Object.entries(measured.evaluation) as [Life, Score][]) {
    const there = end[life]?.argmax ?? NaN;
    if (Math.abs(argmax - there) <= SAME[life]) continue;
    throw new Error(
      `${what}: of the test images ${argmax} are right by its ${life} here, but ${there} were in PyTorch`,
    );
  }
  return curve.map(({ evaluation, ...line }, index): EpochLine => {
    if (index === curve.length - 1) return { ...line, ...measured };
    return evaluation?.ann === undefined || "snn" in measured.evaluation
      ? line
      : { ...line, evaluation: { ann: untied(evaluation.ann) } };
  });
}

/** Where no two logits are equal nothing ties. */
function untied({ loss, argmax }: { loss: number; argmax: number }): Score {
  return { loss, argmax, expected: argmax, tieInclusive: argmax, tied: 0, silent: 0 };
}
