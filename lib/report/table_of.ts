import { UsageError } from "../errors.ts";
import type { Cell, Column, Table } from "./table.ts";

/** A row by its columns' headings; `undefined` is nothing. */
export type RowOf = Readonly<Record<string, Cell | undefined>>;

/** What a table of rows may be told besides. */
export interface TableOfOptions {
  /** Says what stands in it. */
  caption?: string;
  /** Digits after the point, by heading; 3 where none are given (2 of percent). Columns of whole numbers have none. */
  digits?: Readonly<Record<string, number>>;
  notes?: string[];
}

/**
 * A table of any rows, for `show`: a column for each key, in the order of first appearance. Numbers are right-aligned, whole
 * ones with their thousands; under a heading with "(%)" they are shares in [0, 1], shown as percent. Throws a UsageError where there is no row.
 *
 * ```ts
 * import { show, tableOf } from "weightshare";
 *
 * await show(tableOf("Two networks", [{ Network: "shared", Parameters: 107_274 }, { Network: "unshared", Parameters: 1_409_034 }]));
 * ```
 */
export function tableOf(title: string, rows: readonly RowOf[], options: TableOfOptions = {}): Table {
  const { caption = "", digits = {}, notes = [] } = options;
  const headings = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (headings.length === 0) {
    throw new UsageError(`Making the table "${title}": it has no rows; give one object for each.`);
  }
  return {
    name: title.toLowerCase().replace(/[^a-z0-9]+/g, "-"),
    title,
    caption,
    label: "",
    columns: headings.map((heading) => columnOf(heading, rows.map((row) => row[heading]), digits[heading])),
    rows: rows.map((row) => headings.map((heading) => row[heading] ?? null)),
    notes,
  };
}

/** The form of a column follows from its cells. */
function columnOf(heading: string, cells: (Cell | undefined)[], digits?: number): Column {
  const known = cells.filter((cell) => cell !== undefined && cell !== null);
  if (known.some((cell) => typeof cell === "string")) return { heading, format: "text" };
  const chosen = digits === undefined ? {} : { digits };
  if (heading.includes("(%)")) return { heading, format: "percent", ...chosen };
  if (digits === undefined && known.every((cell) => Number.isInteger(cell))) {
    return { heading, format: "integer" };
  }
  return { heading, format: "decimal", ...chosen };
}
