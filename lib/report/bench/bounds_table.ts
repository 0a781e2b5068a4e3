import { makeTable, type Table } from "../table.ts";
import {
  type Breakdown,
  circumstances,
  fasterLayouts,
  instructionSetOf,
  type OperationsReport,
  peerLabel,
  type PeerReport,
  speedRatio,
} from "./measurements.ts";

/**
 * What is left to win: steps if every operation reached the machine's peaks, and the ratios to the peers that would be then; a
 * table for every instruction set whose operations and ratios were measured on one processor.
 */
export function boundsTables(operations: readonly OperationsReport[], peers: readonly PeerReport[]): Table[] {
  const where = (report: OperationsReport | PeerReport) =>
    `${report.machine.cpu}, ${instructionSetOf(report).id}`;
  return operations.flatMap((one) =>
    peers.filter((other) => where(other) === where(one)).map((other) => boundsTable(one, other))
  );
}

function boundsTable(operations: OperationsReport, peers: PeerReport): Table {
  const { id, label } = instructionSetOf(operations);
  const rows = operations.breakdowns.flatMap((breakdown) => {
    const { comparisons = [] } = peers.results.find(({ spec }) => spec.name === breakdown.spec.name) ?? {};
    const atPeaks = millisecondsAtPeaks(breakdown);
    return fasterLayouts(comparisons).map((comparison) => ({ breakdown, atPeaks, comparison }));
  });
  const ratio = "theirs / ours";
  return makeTable(
    {
      name: `bounds-${id}`,
      title: `What a step would take at the machine's peaks, ${label}`,
      caption: `${circumstances(operations)}; measured ratios as in the table of the peers.`,
      label: "",
      notes: [
        "At the peaks: every operation takes what its arithmetic takes at the rate of a product of two matrices, or what its inputs and outputs take at that of the sum of two long " +
        "vectors, whichever is longer, but no longer than it does; JavaScript takes nothing. No program gets there: events also load every weight that they add, and GELU's " +
        "arithmetic, Winograd's transforms and the optimiser's are not counted.",
        "At most: the measured ratio if a step took that.",
      ],
    },
    [
      { heading: "Workload", format: "text", cell: ({ breakdown }) => breakdown.spec.name },
      { heading: "Step (ms)", format: "decimal", digits: 0, cell: ({ breakdown }) => breakdown.milliseconds },
      { heading: "At the peaks (ms)", format: "decimal", digits: 0, cell: ({ atPeaks }) => atPeaks },
      { heading: "Peer", format: "text", cell: ({ comparison }) => peerLabel(comparison) },
      {
        ...{ group: ratio, heading: "measured", format: "decimal", digits: 2 },
        cell: ({ comparison }) => speedRatio(comparison),
      },
      {
        ...{ group: ratio, heading: "at most", format: "decimal", digits: 2 },
        cell: ({ comparison, breakdown, atPeaks }) =>
          speedRatio(comparison) * breakdown.milliseconds / atPeaks,
      },
    ],
    rows,
  );
}

/** Of a step whose operations all reach the peak that bounds them. */
function millisecondsAtPeaks({ operations, peaks }: Breakdown): number {
  return operations.reduce((sum, { flops, bytes, milliseconds }) => {
    const least = 1000 * Math.max(flops / peaks.flops, bytes / peaks.bytes);
    return sum + Math.min(least, milliseconds);
  }, 0);
}
