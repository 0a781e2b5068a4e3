import { hashConfig, type RunConfig } from "../../lib/runs/config/config.ts";
import { RELEASED } from "../../lib/experiments/proxy/fashion_mnist_proxy.ts";
import type { EvaluatedLine, Example, RunRecord, Score, SpikingReport } from "../../lib/runs/record.ts";

/** A made-up score; `tieInclusive` etc. default to what an untied network has. */
export function score(argmax: number, more: Partial<Score> = {}): Score {
  return { loss: 1 - argmax, argmax, tieInclusive: argmax, tied: 0, silent: 0, ...more };
}

/** A made-up epoch. */
export function epochLine(
  epoch: number,
  evaluation: EvaluatedLine["evaluation"],
  more: Partial<EvaluatedLine> = {},
): EvaluatedLine {
  return { epoch, learningRate: 1e-3, train: { loss: 0.5, accuracy: 0.5 }, evaluation, ...more };
}

const LAYERS = {
  conv1: 12544,
  conv2: 12544,
  conv3: 3136,
  linear1: 320,
  linear2: 144,
  linear3: 32,
  linear4: 10,
};

/** Images of three kinds of reading: right, wrong, tied with and without the true class, silent. */
export function examples(): Example[] {
  const counts = (...some: [number, number][]) =>
    Array.from({ length: 10 }, (_, index) => new Map(some).get(index) ?? 0);
  const seen: [number, number[]][] = [
    [9, counts([9, 4], [7, 1])],
    [2, counts([6, 3], [2, 2])],
    [1, counts([1, 2], [3, 2])],
    [8, counts([5, 1], [7, 1], [9, 1])],
    [0, counts()],
  ];
  return Array.from({ length: 16 }, (_, index) => {
    const [label, spikes] = seen[index % seen.length] as [number, number[]];
    const pixels = Uint8Array.from({ length: 784 }, (_, at) => (at * (index + 3)) % 256);
    return { index, label, counts: spikes, pixels: btoa(String.fromCharCode(...pixels)) };
  });
}

/** A made-up last look at an SNN of T steps. */
export function spikingReport(T = 15): SpikingReport {
  return {
    overTime: Array.from({ length: 2 * T }, (_, index) => {
      const silent = Math.max(0, 1 - index / 6);
      const argmax = 0.1 + 0.75 * Math.min(1, index / T);
      const tied = Math.max(silent, 0.9 - 0.05 * index);
      return {
        t: index + 1,
        argmax,
        tieInclusive: Math.min(1, Math.max(argmax, silent) + 0.05),
        tied,
        silent,
      };
    }),
    rates: Object.fromEntries(Object.keys(LAYERS).map((name, index) => [name, 0.15 / (index + 1)])),
    neurons: LAYERS,
    examples: examples(),
    raster: {
      ...{ index: 0, label: 9, T },
      layers: Object.entries(LAYERS).map(([name, size], layer) => {
        const neurons = Array.from(
          { length: Math.min(40, size) },
          (_, row) => Math.floor((row + 0.5) * size / Math.min(40, size)),
        );
        const spike = (row: number, t: number) =>
          (row * 7 + t * (layer + 2)) % (5 + layer) === 0 && t >= layer ? "1" : "0";
        return {
          name,
          neurons,
          spikes: neurons.map((_, row) => Array.from({ length: T }, (_, t) => spike(row, t)).join("")),
        };
      }),
    },
  };
}

export interface RecordOptions {
  seed?: number;
  row?: string;
  /** Target count; none for the ANN alone. */
  target?: number;
  /** Argmax accuracy after each epoch. */
  curve?: number[];
  reduced?: string[];
  divergedAt?: number;
  spiking?: SpikingReport;
  config?: Partial<RunConfig>;
}

/** A made-up record: an SNN with its proxy where there is a target, else an ANN alone. */
export function record(options: RecordOptions = {}): RunRecord {
  const { target, seed = 2020, curve = [0.7, 0.82, 0.8], divergedAt, reduced = ["3 of 100 epochs"] } =
    options;
  const config = configOf(target, seed, options.config);
  const lines = curve.map((argmax, index) => epochLine(index + 1, evaluation(argmax, target), { rates: {} }));
  const best = lines.reduce<EvaluatedLine | null>(
    (top, line) => top === null || argmaxOf(line) > argmaxOf(top) ? line : top,
    null,
  );
  const spiking = options.spiking ??
    (target !== undefined && divergedAt === undefined ? spikingReport() : undefined);
  return {
    ...{
      format: 1,
      hash: hashConfig(config),
      experiment: "fashion-mnist-proxy",
      profile: "quick",
      reduced,
      config,
    },
    row: options.row ?? (target === undefined ? "ann" : `proxy-k${target}`),
    status: divergedAt === undefined ? "finished" : "diverged",
    ...(divergedAt === undefined
      ? {}
      : { divergence: { epoch: divergedAt, step: 3, what: "loss", value: "NaN" } }),
    ...{ evaluatedOn: "test", parameters: 306_736, curve: lines, last: lines.at(-1) ?? null, best },
    ...(spiking === undefined ? {} : { spiking }),
    cost: { wallSeconds: 60, imagesPerSecond: 250, peakMemory: 1e9, sessions: 1 },
    provenance: {
      ...{
        weightshare: "0.1.0",
        runtime: "Deno 2.9.6",
        tensorflow: "2.21.0",
        kernels: "reference",
        cpu: "made up",
      },
      ...{ threads: 2, platform: "linux", data: {}, gitCommit: null, gitDirty: null },
      ...{ startedAt: "2026-01-01T00:00:00Z", finishedAt: "2026-01-01T00:01:00Z" },
    },
  } as RunRecord;
}

function configOf(target: number | undefined, seed: number, more: Partial<RunConfig> = {}): RunConfig {
  const rule = target === undefined
    ? { name: "ann" as const }
    : { ...RELEASED.rule, target } as RunConfig["rule"];
  const data = { ...RELEASED.data, trainImages: 10_000, testImages: 2_000 };
  return { ...RELEASED, data, rule, training: { ...RELEASED.training, epochs: 3 }, seed, ...more };
}

function evaluation(argmax: number, target: number | undefined): EvaluatedLine["evaluation"] {
  if (target === undefined) return { ann: score(argmax) };
  return {
    snn: score(argmax, { tieInclusive: argmax + 0.1, tied: 0.2, silent: 0.05 }),
    ann: score(argmax - 0.02),
  };
}

function argmaxOf({ evaluation }: EvaluatedLine): number {
  return (evaluation.snn ?? evaluation.ann)?.argmax ?? 0;
}

/** The records of a table: three seeds of one SNN, one of which diverged; one of another; an ANN alone. */
export function tableRecords(): RunRecord[] {
  return [
    record({ target: 1, seed: 1, curve: [0.6, 0.7, 0.74] }),
    record({ target: 1, seed: 2, curve: [0.62, 0.74, 0.78] }),
    record({ target: 1, seed: 3, curve: [0.5], divergedAt: 2 }),
    record({ target: 4, curve: [0.8, 0.85, 0.84] }),
    record({ curve: [0.82, 0.86, 0.88] }),
  ];
}
