import { makeTable, type Table } from "../table.ts";
import { type Breakdown, circumstances, instructionSetOf, type OperationsReport } from "./measurements.ts";

/** The least share of a step with which an operation has a row. */
const SHOWN = 0.03;

/** Billions a second, and their part of the peak. */
interface Reached {
  rate: number;
  ofPeak: number;
}

/** An operation of a step, or all else. */
export interface OperationRow {
  workload: string;
  operation: string;
  /** Null of all else. */
  calls: number | null;
  milliseconds: number;
  share: number;
  /** Null where an operation has little arithmetic. */
  arithmetic: Reached | null;
  memory: Reached | null;
}

/** Where the time of steps goes: each operation's share, and how near it comes to the machine's peaks. */
export function operationsTable(report: OperationsReport): Table {
  const { id, label } = instructionSetOf(report);
  const [flops, bytes] = ["Arithmetic", "Memory"];
  const best = (of: "flops" | "bytes") =>
    (Math.max(...report.breakdowns.map(({ peaks }) => peaks[of])) / 1e9).toFixed(0);
  return makeTable(
    {
      name: `operations-${id}`,
      title: `Where the time of a step goes, ${label}`,
      caption: `${circumstances(report)}. Peaks measured in the same processes: up to ${best("flops")} ` +
        `Gflop/s (a product of two matrices), ${best("bytes")} GB/s (the sum of two long vectors).`,
      label: "",
      notes: [
        `Operations with less than ${
          100 * SHOWN
        } % of their step are in "all else", as is what JavaScript takes.`,
        "Arithmetic: multiplications and additions; of Winograd's convolutions those at the points, without the transforms; of events one addition for " +
        "each weight that a spike asks for, of which a kernel leaves out those that it knows already, so that a share may pass 100 %. " +
        "Additions alone can reach half of the peak, which counts two for each fused multiplication.",
        "Memory: inputs and outputs, each moved once; what stays in caches may pass 100 %.",
      ],
    },
    [
      { heading: "Workload", format: "text", cell: ({ workload }: OperationRow) => workload },
      { heading: "Operation", format: "text", cell: ({ operation }) => operation },
      { heading: "Calls", format: "integer", cell: ({ calls }) => calls },
      { heading: "ms", format: "decimal", digits: 1, cell: ({ milliseconds }) => milliseconds },
      { heading: "of the step (%)", format: "decimal", digits: 1, cell: ({ share }) => 100 * share },
      {
        ...{ group: flops, heading: "Gflop/s", format: "decimal", digits: 1 },
        cell: ({ arithmetic }) => arithmetic?.rate ?? null,
      },
      {
        ...{ group: flops, heading: "of peak (%)", format: "decimal", digits: 0 },
        cell: ({ arithmetic }) => arithmetic && 100 * arithmetic.ofPeak,
      },
      {
        ...{ group: bytes, heading: "GB/s", format: "decimal", digits: 1 },
        cell: ({ memory }) => memory?.rate ?? null,
      },
      {
        ...{ group: bytes, heading: "of peak (%)", format: "decimal", digits: 0 },
        cell: ({ memory }) => memory && 100 * memory.ofPeak,
      },
    ],
    report.breakdowns.flatMap((breakdown) => operationRows(breakdown, SHOWN)),
  );
}

/** The operations with at least some share of their step, then all else: less expensive ones, and what no operation took. */
export function operationRows(
  { spec, milliseconds: step, peaks, operations }: Breakdown,
  least: number,
): OperationRow[] {
  const sum = (some: readonly { milliseconds: number }[]) =>
    some.reduce((total, { milliseconds }) => total + milliseconds, 0);
  const whole = Math.max(step, sum(operations));
  const reached = (amount: number, milliseconds: number, peak: number): Reached => {
    const perSecond = 1000 * amount / milliseconds;
    return { rate: perSecond / 1e9, ofPeak: perSecond / peak };
  };
  const shown = operations.filter(({ milliseconds }) => milliseconds >= least * whole);
  const rest = whole - sum(shown);
  return [
    ...shown.map(({ name, calls, milliseconds, flops, bytes }): OperationRow => ({
      ...{ workload: spec.name, operation: name.replace(/^Weightshare/, ""), calls, milliseconds },
      share: milliseconds / whole,
      arithmetic: flops > 0 ? reached(flops, milliseconds, peaks.flops) : null,
      memory: reached(bytes, milliseconds, peaks.bytes),
    })),
    {
      ...{ workload: spec.name, operation: "all else", calls: null, milliseconds: rest, share: rest / whole },
      ...{ arithmetic: null, memory: null },
    },
  ];
}
