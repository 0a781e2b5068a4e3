import { readdirSync } from "node:fs";
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

/** What ratios are of: two sides measured in turns. */
export interface Compared {
  who: { computer: string };
  ours: Measured;
  theirs: Measured;
}

/** We and a peer, step by step in turns. */
export interface InTurns extends Compared {
  who: { computer: string; layout?: string };
  /** Ours with the versions of TensorFlow and of our kernels. */
  ours: Measured & { versions: string };
}

/** Where something was measured. */
export interface Machine {
  cpu: string;
  /** The widest instruction set that the processor has, where it is known: a measurement may be held down to another. */
  vectors?: string;
  cores: number;
  threads: number;
  busyCores: number;
}

/** Where and how something was measured. */
export interface Circumstances {
  machine: Machine;
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

/** What one operation takes of a step, all its calls together. */
export interface MeasuredOperation {
  name: string;
  calls: number;
  milliseconds: number;
  /** Additions and multiplications; 0 where an operation does little with what it reads. */
  flops: number;
  /** Of its inputs and outputs, each moved once. */
  bytes: number;
}

/** Where the time of a workload's step goes. */
export interface Breakdown {
  spec: { name: string; batch: number };
  versions: string;
  /** Of a step that is not watched. */
  milliseconds: number;
  /** What the process reaches at best, a second. */
  peaks: { flops: number; bytes: number };
  operations: MeasuredOperation[];
}

/** Workloads, operation by operation. */
export interface OperationsReport extends Circumstances {
  breakdowns: Breakdown[];
}

const MEASURED = { milliseconds: finite, imagesPerSecond: finite, peakMemory: finite };
const CIRCUMSTANCES = {
  machine: fields({
    cpu: text,
    vectors: optional(text),
    cores: natural,
    threads: natural,
    busyCores: finite,
  }),
  repeats: natural,
};
const SPEC = fields({ name: text, batch: natural });
const IN_TURNS = fields({
  who: fields({ computer: text, layout: optional(text) }),
  ours: fields({ ...MEASURED, versions: text }),
  theirs: fields(MEASURED),
});
const PEERS_SHAPE = fields({
  ...CIRCUMSTANCES,
  results: listOf(fields({ spec: SPEC, comparisons: listOf(IN_TURNS) })),
}) as Shape<unknown>;
const SIZES = oneOf<Size>("T", "batch", "width", "density");
const POINT = { ...MEASURED, workload: text, size: SIZES, value: finite, range: listOf(finite) };
const SWEEPS_SHAPE = fields({ ...CIRCUMSTANCES, points: listOf(fields(POINT)) }) as Shape<unknown>;

const BREAKDOWN = fields({
  ...{ spec: SPEC, versions: text, milliseconds: finite },
  peaks: fields({ flops: finite, bytes: finite }),
  operations: listOf(
    fields({ name: text, calls: natural, milliseconds: finite, flops: finite, bytes: finite }),
  ),
});
const OPERATIONS_SHAPE = fields({ ...CIRCUMSTANCES, breakdowns: listOf(BREAKDOWN) }) as Shape<unknown>;

/** How people write the instruction sets that kernels and files name. */
const LABELS: Record<string, string> = { portable: "portable kernels", avx2: "AVX2", avx512: "AVX-512" };

/** What is committed with the code: against peers and operation by operation on every machine that was measured, and sweeps. */
export interface Benchmarks {
  peers: PeerReport[];
  operations: OperationsReport[];
  sweeps: SweepReport;
}

/** The measurements that are committed with the code. */
export function committedBenchmarks(folder: string = join(ROOT, "results", "study", "bench")): Benchmarks {
  const read = <Report>(file: string, option: string, shape: Shape<unknown>) =>
    readBenchmark(join(folder, file), option, shape as Shape<Report>);
  const ofEachMachine = <Report>(kind: string, shape: Shape<unknown>) =>
    readdirSync(folder).filter((file) => file.startsWith(`${kind}-`) && file.endsWith(".json")).sort()
      .map((file) => read<Report>(file, `--${kind}`, shape));
  return {
    peers: ofEachMachine<PeerReport>("peers", PEERS_SHAPE),
    operations: ofEachMachine<OperationsReport>("operations", OPERATIONS_SHAPE),
    sweeps: read<SweepReport>("sweeps.json", "--sweep", SWEEPS_SHAPE),
  };
}

/** Reads what `deno task bench OPTION --output PATH` wrote. */
function readBenchmark<Report>(path: string, option: string, shape: Shape<Report>): Report {
  const fix = `measure it with "deno task bench ${option} --output ${path}", or restore it from git`;
  return readJson(path, { what: "the benchmark", shape, fix });
}

/** Of a measurement, for file names, for headings and for captions: "avx2-held-down" and "AVX2, held down" where the processor has a wider one. */
export interface InstructionSet {
  id: string;
  label: string;
  whole: string;
}

/** The instruction set behind a report's numbers: the last word of "TensorFlow 2.21.0, kernels native avx2". */
export function instructionSetOf(report: PeerReport | OperationsReport): InstructionSet {
  const id = versionsOf(report).split(" ").at(-1) as string;
  const label = LABELS[id] ?? id;
  const { vectors = id } = report.machine;
  if (vectors === id) return { id, label, whole: label };
  const held = `${label}, held down`;
  return {
    id: `${id}-held-down`,
    label: held,
    whole: `${held} on a processor with ${LABELS[vectors] ?? vectors}`,
  };
}

/** The versions behind a report's numbers. */
function versionsOf(report: PeerReport | OperationsReport): string {
  const ours = "results" in report ? report.results[0]?.comparisons[0]?.ours : report.breakdowns[0];
  return ours?.versions ?? "";
}

/** "2 threads of Intel(R) Xeon(R) Processor, AVX-512, medians of 5 steps". */
export function circumstances(report: PeerReport | OperationsReport | SweepReport): string {
  const { machine: { threads, cpu }, repeats } = report;
  const set = "points" in report ? "" : `, ${instructionSetOf(report).whole}`;
  return `${threads} threads of ${cpu}${set}, medians of ${repeats} steps`;
}

/** Of each peer the layout that is fastest against us; layouts are measured apart, so that their ratios are compared. */
export function fasterLayouts<C extends Compared>(comparisons: readonly C[]): C[] {
  const best = new Map<string, C>();
  for (const comparison of comparisons) {
    const before = best.get(comparison.who.computer);
    if (before === undefined || speedRatio(comparison) < speedRatio(before)) {
      best.set(comparison.who.computer, comparison);
    }
  }
  return [...best.values()];
}

/** Above 1 we are faster. */
export function speedRatio({ ours, theirs }: Compared): number {
  return theirs.milliseconds / ours.milliseconds;
}

/** Below 1 we need less. */
export function memoryRatio({ ours, theirs }: Compared): number {
  return ours.peakMemory / theirs.peakMemory;
}

const PEERS: Record<string, string> = {
  pytorch: "PyTorch",
  spikingjelly: "SpikingJelly",
  tfjs: "TensorFlow.js",
};

/** "PyTorch, channels last". */
export function peerLabel({ who: { computer, layout } }: Pick<InTurns, "who">): string {
  const name = PEERS[computer] ?? computer;
  return layout === undefined ? name : `${name}, ${layout.replace("_", " ")}`;
}
