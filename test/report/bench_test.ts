import assert from "node:assert/strict";
import { boundsTables } from "../../lib/report/bench/bounds_table.ts";
import {
  fasterLayouts,
  type MeasuredOperation,
  type OperationsReport,
  type PeerReport,
  type SweepReport,
} from "../../lib/report/bench/measurements.ts";
import { operationsTable } from "../../lib/report/bench/operations_table.ts";
import { benchmarkRatios } from "../../lib/report/bench/peers_figure.ts";
import { benchmarkTable } from "../../lib/report/bench/peers_table.ts";
import { benchmarkSweep } from "../../lib/report/bench/sweep_figure.ts";
import { type Table, toMarkdown } from "../../lib/report/table.ts";
import { tracesOf } from "./traces.ts";

const MEBIBYTE = 2 ** 20;
const measured = (milliseconds: number, mebibytes: number) => ({
  ...{ milliseconds, imagesPerSecond: 1000 / milliseconds, peakMemory: mebibytes * MEBIBYTE },
});
const ours = (milliseconds: number, mebibytes: number, set = "avx2") => ({
  ...{ ...measured(milliseconds, mebibytes), versions: `TensorFlow 2.21.0, kernels native ${set}` },
});
const machine = { cpu: "A Processor", cores: 4, threads: 2, busyCores: 0 };

const PEERS: PeerReport = {
  machine,
  repeats: 5,
  results: [{
    spec: { name: "proxy-step", batch: 100 },
    comparisons: [
      {
        who: { computer: "pytorch", layout: "nchw" },
        ours: ours(100, 500),
        theirs: measured(450, 1000),
      },
      {
        who: { computer: "pytorch", layout: "channels_last" },
        ours: ours(100, 500),
        theirs: measured(400, 1250),
      },
      { who: { computer: "tfjs" }, ours: ours(100, 500), theirs: measured(80, 400) },
    ],
  }],
};

Deno.test("a peer counts in the layout that is faster against us", () => {
  const faster = fasterLayouts(PEERS.results[0]?.comparisons ?? []);
  assert.deepEqual(faster.map(({ who }) => who), [
    { computer: "pytorch", layout: "channels_last" },
    { computer: "tfjs" },
  ]);
});

Deno.test("the table has both sides, their ratios and how they were measured", () => {
  const text = toMarkdown(benchmarkTable(PEERS));
  assert.match(text, /other libraries, AVX2.*2 threads of A Processor, AVX2, medians of 5 steps/);
  assert.match(
    text,
    /\| proxy-step \| 100 \| PyTorch, channels last \| 100 \| 400 \| 4.00 \| 500 \| 1,250 \| 0.40 \|/,
  );
  assert.match(text, /\| proxy-step \| 100 \| TensorFlow.js \| 100 \| 80 \| 0.80 \| 500 \| 400 \| 1.25 \|/);
});

Deno.test("the figure of ratios has one bar per workload and peer, a panel per machine", () => {
  const [result] = PEERS.results as [PeerReport["results"][0]];
  const comparisons = result.comparisons.slice(2).map((comparison) => ({
    ...{ ...comparison, ours: ours(50, 500, "avx512") },
  }));
  const other: PeerReport = { ...PEERS, results: [{ ...result, comparisons }] };
  const figure = benchmarkRatios([PEERS, other]);
  assert.deepEqual(tracesOf(figure).map(({ name, y, yaxis }) => [name, y, yaxis]), [
    ["PyTorch", [4], "y"],
    ["TensorFlow.js", [0.8], "y"],
    ["PyTorch", [], "y2"],
    ["TensorFlow.js", [1.6], "y2"],
  ]);
  const headings = figure.layout.annotations?.map(({ text }) => text);
  assert.deepEqual(headings, ["AVX2 (A Processor)", "AVX-512 (A Processor)"]);
});

/** A step of a second, at 100 Gflop/s and 20 GB/s at best. */
function aSecond(operations: MeasuredOperation[]): OperationsReport {
  return {
    machine,
    repeats: 5,
    breakdowns: [{
      spec: { name: "proxy-step", batch: 100 },
      versions: "TensorFlow 2.21.0, kernels native avx2",
      milliseconds: 1000,
      peaks: { flops: 100e9, bytes: 20e9 },
      operations,
    }],
  };
}

Deno.test("the table of operations has what each reaches of the peaks; the rest of the step is one row", () => {
  const operation = (name: string, milliseconds: number, flops: number) => ({
    ...{ name, calls: 3, milliseconds, flops, bytes: 2e9 },
  });
  const report = aSecond([
    operation("WeightshareWinogradConv", 500, 40e9),
    operation("Mul", 400, 0),
    operation("Add", 20, 0),
  ]);
  const text = toMarkdown(operationsTable(report));
  assert.match(text, /up to 100 Gflop\/s .*, 20 GB\/s/);
  assert.match(text, /\| proxy-step \| WinogradConv \| 3 \| 500.0 \| 50.0 \| 80.0 \| 80 \| 4.0 \| 20 \|/);
  assert.match(text, /\| proxy-step \| Mul \| 3 \| 400.0 \| 40.0 \| – \| – \| 5.0 \| 25 \|/);
  assert.match(text, /\| proxy-step \| all else \| – \| 100.0 \| 10.0 \| – \| – \| – \| – \|/);
});

Deno.test("a step at the peaks takes what bounds each operation, no longer than it does; ratios grow by as much", () => {
  const step = aSecond([
    { name: "MatMul", calls: 1, milliseconds: 500, flops: 40e9, bytes: 2e9 }, // arithmetic: 400 ms, memory: 100 ms
    { name: "Mul", calls: 1, milliseconds: 300, flops: 0, bytes: 2e9 }, // 100 ms
    { name: "Reshape", calls: 1, milliseconds: 0, flops: 0, bytes: 2e9 }, // moves nothing
  ]);
  const operations = (vectors: string): OperationsReport => ({ ...step, machine: { ...machine, vectors } });
  const peers = { ...PEERS, machine: { ...machine, vectors: "avx512" } };
  const [table, ...more] = boundsTables([operations("avx2"), operations("avx512")], [peers]);
  assert.deepEqual(more, []); // ratios of one processor do not go with the operations of another
  const text = toMarkdown(table as Table);
  assert.match(text, /AVX2, held down on a processor with AVX-512, medians/);
  assert.match(text, /\| proxy-step \| 1000 \| 500 \| TensorFlow.js \| 0.80 \| 1.60 \|/);
});

Deno.test("a sweep draws a line per workload over the size that is varied", () => {
  const point = (workload: string, size: "T" | "batch", value: number, milliseconds: number) => ({
    ...{ workload, size, value, range: [milliseconds - 1, milliseconds + 2] as [number, number] },
    ...measured(milliseconds, 100),
  });
  const report: SweepReport = {
    machine,
    repeats: 3,
    points: [
      point("a", "T", 5, 10),
      point("a", "T", 15, 20),
      point("b", "T", 5, 7),
      point("a", "batch", 5, 99),
    ],
  };
  const data = tracesOf(benchmarkSweep(report, "T"));
  assert.deepEqual(data.map(({ name, x, y }) => [name, x, y]), [["a", [5, 15], [10, 20]], ["b", [5], [7]]]);
  const [first] = data as unknown as { error_y: { array: number[]; arrayminus: number[] } }[];
  assert.deepEqual([first?.error_y.array, first?.error_y.arrayminus], [[2, 2], [1, 1]]);
});
