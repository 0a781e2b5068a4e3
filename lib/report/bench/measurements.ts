import { join } from "node:path";
import { fields, finite, listOf, natural, oneOf, optional, readJson, type Shape, text } from "../../json.ts";
import { ROOT } from "../../paths.ts";

/** What one side took for a step of a workload, as `deno task bench --output` writes it. */
export interface Measured {
  /** Median over the repeats. */
  milliseconds: number;
  imagesPerSecond: number;
  /** Largest resident memory of the side's process, bytes. */
  peakMemory: number;
}

/** We and a peer, step by step in turns. */
export interface InTurns {
  who: { computer: string; layout?: string };
  ours: Measured;
  theirs: Measured;
}

/** Where and how something was measured. */
interface Circumstances {
  machine: { cpu: string; cores: number; threads: number; busyCores: number };
  repeats: number;
}

/** The workloads against their peers. */
export interface PeerReport extends Circumstances {
  results: { spec: { name: string; batch: number }; comparisons: InTurns[] }[];
}

/** What is varied in a sweep. */
export type Size = "T" | "batch" | "width" | "density";

/** Our side of a workload at other sizes. */
export interface SweepReport extends Circumstances {
  points: (Measured & { workload: string; size: Size; value: number; range: [number, number] })[];
}

const MEASURED = { milliseconds: finite, imagesPerSecond: finite, peakMemory: finite };
const CIRCUMSTANCES = {
  machine: fields({ cpu: text, cores: natural, threads: natural, busyCores: finite }),
  repeats: natural,
};
const IN_TURNS = fields({
  who: fields({ computer: text, layout: optional(text) }),
  ours: fields(MEASURED),
  theirs: fields(MEASURED),
});
const PEERS_SHAPE = fields({
  ...CIRCUMSTANCES,
  results: listOf(fields({ spec: fields({ name: text, batch: natural }), comparisons: listOf(IN_TURNS) })),
}) as Shape<PeerReport>;
const SIZES = oneOf<Size>("T", "batch", "width", "density");
const POINT = { ...MEASURED, workload: text, size: SIZES, value: finite, range: listOf(finite) };
const SWEEPS_SHAPE = fields({ ...CIRCUMSTANCES, points: listOf(fields(POINT)) }) as Shape<unknown>;

/** The measurements that are committed with the code. */
export function committedBenchmarks(
  folder: string = join(ROOT, "results", "study", "bench"),
): { peers: PeerReport; sweeps: SweepReport } {
  return {
    peers: readBenchmark(join(folder, "peers.json"), "--peers", PEERS_SHAPE),
    sweeps: readBenchmark(join(folder, "sweeps.json"), "--sweep", SWEEPS_SHAPE as Shape<SweepReport>),
  };
}

/** Reads what `deno task bench OPTION --output PATH` wrote. */
function readBenchmark<Report>(path: string, option: string, shape: Shape<Report>): Report {
  const fix = `measure it with "deno task bench ${option} --output ${path}", or restore it from git`;
  return readJson(path, { what: "the benchmark", shape, fix });
}

/** "2 threads of Intel(R) Xeon(R) Processor, medians of 5 steps". */
export function circumstances({ machine, repeats }: Circumstances): string {
  return `${machine.threads} threads of ${machine.cpu}, medians of ${repeats} steps`;
}

/** Of each peer the layout that is fastest against us. */
export function fasterLayouts(comparisons: readonly InTurns[]): InTurns[] {
  const best = new Map<string, InTurns>();
  for (const comparison of comparisons) {
    const before = best.get(comparison.who.computer);
    if (before === undefined || speedRatio(comparison) < speedRatio(before)) {
      best.set(comparison.who.computer, comparison);
    }
  }
  return [...best.values()];
}

/** Above 1 we are faster. */
export function speedRatio({ ours, theirs }: InTurns): number {
  return theirs.milliseconds / ours.milliseconds;
}

/** Below 1 we need less. */
export function memoryRatio({ ours, theirs }: InTurns): number {
  return ours.peakMemory / theirs.peakMemory;
}

const PEERS: Record<string, string> = {
  pytorch: "PyTorch",
  spikingjelly: "SpikingJelly",
  tfjs: "TensorFlow.js",
};

/** "PyTorch, channels last". */
export function peerLabel({ who: { computer, layout } }: InTurns): string {
  const name = PEERS[computer] ?? computer;
  return layout === undefined ? name : `${name}, ${layout.replace("_", " ")}`;
}
