import type { Figure } from "../figure.ts";
import type { Table } from "../table.ts";
import { releasedFigure } from "./figure.ts";
import { releasedRuns } from "./runs.ts";
import { releasedTable } from "./table.ts";

export { releasedFigure } from "./figure.ts";
export { releasedFinding } from "./finding.ts";
export { type ReleasedRun, releasedRuns, scaleOf } from "./runs.ts";
export { releasedScales } from "./scales.ts";
export { releasedTable } from "./table.ts";

/** Table and figure of what is committed, for export. */
export function releasedReport(): { tables: Table[]; figures: Figure[] } {
  const runs = releasedRuns();
  return { tables: [releasedTable(runs)], figures: [releasedFigure(runs)] };
}
