import type { Figure } from "../figure.ts";
import type { Table } from "../table.ts";
import { committedBenchmarks, type Size } from "./measurements.ts";
import { benchmarkRatios } from "./peers_figure.ts";
import { benchmarkTable } from "./peers_table.ts";
import { benchmarkSweep } from "./sweep_figure.ts";

export { committedBenchmarks } from "./measurements.ts";
export { benchmarkRatios } from "./peers_figure.ts";
export { benchmarkTable } from "./peers_table.ts";
export { benchmarkSweep } from "./sweep_figure.ts";

const SIZES: readonly Size[] = ["T", "batch", "width", "density"];

/** Table and figures of the committed benchmarks, for export. */
export function benchmarkReport(): { tables: Table[]; figures: Figure[] } {
  const { peers, sweeps } = committedBenchmarks();
  return {
    tables: [benchmarkTable(peers)],
    figures: [benchmarkRatios(peers), ...SIZES.map((size) => benchmarkSweep(sweeps, size))],
  };
}
