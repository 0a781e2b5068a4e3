import { fasterLayouts } from "../lib/report/bench/measurements.ts";
import { type OperationRow, operationRows } from "../lib/report/bench/operations_table.ts";
import type { Breakdown } from "./bench.ts";
import type { Result } from "./rows.ts";
import type { Measurement } from "./measure.ts";
import { sideName } from "./side.ts";
import type { SweepPoint } from "./sweeps.ts";

const HEAD = [
  "workload",
  "side",
  "ms/step",
  "CPU ms",
  "range",
  "images/s",
  "peak MiB",
  "loaded MiB",
  "speed ratio",
  "memory ratio",
];

/** Measurements as aligned text: our line and the peer's, measured in turns, with their ratios as in the rows. */
export function tableOf(results: readonly Result[]): string {
  return aligned([HEAD, ...results.flatMap(linesOf)]);
}

/** The points of sweeps as aligned text. */
export function sweepTable(points: readonly SweepPoint[]): string {
  const lines = points.map(({ workload, size, value, milliseconds, imagesPerSecond, peakMemory }) => [
    ...[workload, `${size} = ${value}`, milliseconds.toFixed(1), imagesPerSecond.toFixed(1)],
    mebibytes(peakMemory),
  ]);
  return aligned([["workload", "size", "ms/step", "images/s", "peak MiB"], ...lines]);
}

/** The least share of a step for which an operation has a line of its own. */
const SHOWN = 0.005;
const BREAKDOWN_HEAD = [
  "workload",
  "operation",
  "calls",
  "ms",
  "share",
  "Gflop/s",
  "of peak",
  "GB/s",
  "of peak",
];

/** Where the time of steps goes, as aligned text; a step's last line is what no operation of TensorFlow's or ours took. */
export function breakdownTable(breakdowns: readonly Breakdown[]): string {
  return aligned([BREAKDOWN_HEAD, ...breakdowns.flatMap(operationLines)]);
}

function operationLines(breakdown: Breakdown): string[][] {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const reached = (one: OperationRow["memory"]) =>
    one === null ? ["", ""] : [one.rate.toFixed(1), percent(one.ofPeak)];
  return operationRows(breakdown, SHOWN).map((row, index) => [
    ...[index === 0 ? row.workload : "", row.operation, row.calls?.toString() ?? ""],
    ...[row.milliseconds.toFixed(2), percent(row.share), ...reached(row.arithmetic), ...reached(row.memory)],
  ]);
}

/** Columns of equal width; the first two hold names, the others numbers. */
function aligned(lines: string[][]): string {
  const widths = (lines[0] as string[]).map((_, column) =>
    Math.max(...lines.map((cells) => cells[column]?.length ?? 0))
  );
  const pad = (cell: string, column: number) =>
    column < 2 ? cell.padEnd(widths[column] as number) : cell.padStart(widths[column] as number);
  return lines.map((cells) => cells.map(pad).join("  ").trimEnd()).join("\n");
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

function linesOf({ spec, alone, comparisons }: Result): string[][] {
  const faster = new Set(fasterLayouts(comparisons));
  const pairs = comparisons.flatMap((comparison) => {
    const { who, ours, theirs } = comparison;
    const name = faster.has(comparison) ? sideName(who) : `${sideName(who)}, slower`;
    const speed = `${(theirs.milliseconds / ours.milliseconds).toFixed(2)}x`;
    const memory = `${(ours.peakMemory / theirs.peakMemory).toFixed(2)}x`;
    return [[spec.name, "weightshare", ...cellsOf(ours)], ["", name, ...cellsOf(theirs), speed, memory]];
  });
  return alone === undefined ? pairs : [[spec.name, "weightshare", ...cellsOf(alone)], ...pairs];
}

function cellsOf(
  { milliseconds, cpuMilliseconds, range, imagesPerSecond, peakMemory, baselineMemory }: Measurement,
): string[] {
  return [
    milliseconds.toFixed(1),
    cpuMilliseconds?.toFixed(1) ?? "",
    range.map((time) => time.toFixed(0)).join("-"),
    imagesPerSecond.toFixed(1),
    mebibytes(peakMemory),
    mebibytes(baselineMemory),
  ];
}
