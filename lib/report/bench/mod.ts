import type { Figure } from "../figure.ts";
import type { Table } from "../table.ts";
import { boundsTables } from "./bounds_table.ts";
import { committedBenchmarks, type Size } from "./measurements.ts";
import { operationsTable } from "./operations_table.ts";
import { benchmarkRatios } from "./peers_figure.ts";
import { benchmarkTable } from "./peers_table.ts";
import { benchmarkSweep } from "./sweep_figure.ts";

export { boundsTables } from "./bounds_table.ts";
export { committedBenchmarks } from "./measurements.ts";
export { operationsTable } from "./operations_table.ts";
export { benchmarkRatios } from "./peers_figure.ts";
export { benchmarkTable } from "./peers_table.ts";
export { benchmarkSweep } from "./sweep_figure.ts";

const SIZES: readonly Size[] = ["T", "batch", "width", "density"];

/** Table and figures of the committed benchmarks, for export. */
export function benchmarkReport(): { tables: Table[]; figures: Figure[] } {
  const { peers, operations, sweeps } = committedBenchmarks();
  return {
    tables: [
      ...peers.map(benchmarkTable),
      ...operations.map(operationsTable),
      ...boundsTables(operations, peers),
    ],
    figures: [benchmarkRatios(peers), ...SIZES.map((size) => benchmarkSweep(sweeps, size))],
  };
}
