import { makeTable, type Table } from "../table.ts";
import {
  circumstances,
  fasterLayouts,
  instructionSetOf,
  memoryRatio,
  peerLabel,
  type PeerReport,
  speedRatio,
} from "./measurements.ts";

const MEBIBYTE = 2 ** 20;

/** A step of every workload, ours against each peer in its faster layout. */
export function benchmarkTable(report: PeerReport): Table {
  const rows = report.results.flatMap(({ spec, comparisons }) =>
    fasterLayouts(comparisons).map((comparison) => ({ spec, comparison }))
  );
  const { id, label } = instructionSetOf(report);
  const [step, memory] = ["Step (ms)", "Peak memory (MiB)"];
  return makeTable(
    {
      name: `benchmarks-${id}`,
      title: `Time and memory of a step against other libraries, ${label}`,
      caption: `${circumstances(report)} taken in turns with the peer's, float32.`,
      label: "",
      notes: [
        "A step is forward, loss, backward and optimiser, of snn-inference forward alone; inputs are there before the clock starts.",
        "Spiking workloads: the seven-layer network at full width, T = 15, spikes as dense as in a trained network.",
        "Peak memory: the largest resident memory of the side's whole process, its libraries included.",
        "A peer with two memory layouts is shown in its faster one. TensorFlow.js: our own reference path without native kernels.",
      ],
    },
    [
      { heading: "Workload", format: "text", cell: ({ spec }) => spec.name },
      { heading: "Batch", format: "integer", cell: ({ spec }) => spec.batch },
      { heading: "Peer", format: "text", cell: ({ comparison }) => peerLabel(comparison) },
      {
        ...{ group: step, heading: "ours", format: "decimal", digits: 0 },
        cell: ({ comparison: { ours } }) => ours.milliseconds,
      },
      {
        ...{ group: step, heading: "theirs", format: "decimal", digits: 0 },
        cell: ({ comparison: { theirs } }) => theirs.milliseconds,
      },
      {
        ...{ group: step, heading: "theirs / ours", format: "decimal", digits: 2 },
        cell: ({ comparison }) => speedRatio(comparison),
      },
      {
        ...{ group: memory, heading: "ours", format: "integer" },
        cell: ({ comparison: { ours } }) => ours.peakMemory / MEBIBYTE,
      },
      {
        ...{ group: memory, heading: "theirs", format: "integer" },
        cell: ({ comparison: { theirs } }) => theirs.peakMemory / MEBIBYTE,
      },
      {
        ...{ group: memory, heading: "ours / theirs", format: "decimal", digits: 2 },
        cell: ({ comparison }) => memoryRatio(comparison),
      },
    ],
    rows,
  );
}
