import type { Table } from "../table.ts";
import {
  circumstances,
  fasterLayouts,
  memoryRatio,
  peerLabel,
  type PeerReport,
  speedRatio,
} from "./measurements.ts";

const MEBIBYTE = 2 ** 20;

/** A step of every workload, ours against each peer in its faster layout. */
export function benchmarkTable(report: PeerReport): Table {
  return {
    name: "benchmarks",
    title: "Time and memory of a step against other libraries",
    caption: `${circumstances(report)} taken in turns with the peer's, float32.`,
    label: "",
    columns: [
      { heading: "Workload", format: "text" },
      { heading: "Batch", format: "integer" },
      { heading: "Peer", format: "text" },
      { group: "Step (ms)", heading: "ours", format: "decimal", digits: 0 },
      { group: "Step (ms)", heading: "theirs", format: "decimal", digits: 0 },
      { group: "Step (ms)", heading: "theirs / ours", format: "decimal", digits: 2 },
      { group: "Peak memory (MiB)", heading: "ours", format: "integer" },
      { group: "Peak memory (MiB)", heading: "theirs", format: "integer" },
      { group: "Peak memory (MiB)", heading: "ours / theirs", format: "decimal", digits: 2 },
    ],
    rows: report.results.flatMap(({ spec, comparisons }) =>
      fasterLayouts(comparisons).map((comparison) => [
        ...[spec.name, spec.batch, peerLabel(comparison)],
        ...[comparison.ours.milliseconds, comparison.theirs.milliseconds, speedRatio(comparison)],
        ...[comparison.ours.peakMemory / MEBIBYTE, comparison.theirs.peakMemory / MEBIBYTE],
        memoryRatio(comparison),
      ])
    ),
    notes: [
      "A step is forward, loss, backward and optimiser, of snn-inference forward alone; inputs are there before the clock starts.",
      "Spiking workloads: the seven-layer network at full width, T = 15, spikes as dense as in a trained network.",
      "Peak memory: the largest resident memory of the side's whole process, its libraries included.",
      "A peer with two memory layouts is shown in its faster one. TensorFlow.js: our own reference path without native kernels.",
    ],
  };
}
