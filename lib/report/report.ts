import type { RunRecord } from "../runs/record.ts";
import type { Figure } from "./figure.ts";
import type { Table } from "./table.ts";

/** What is shown of an experiment: its tables and figures, in reading order. */
export interface Report {
  tables: (records: readonly RunRecord[]) => Table[];
  figures: (records: readonly RunRecord[]) => Figure[];
}
