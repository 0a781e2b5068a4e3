import { type Cell, type Column, formatCell, type Table } from "../table.ts";

/** Whether each cell is the best of its column, [row][column]: those that look alike share the place. */
export function bestCells({ columns, rows }: Table): boolean[][] {
  const best = columns.map((column, at) => bestText(column, rows.map((row) => row[at] ?? null)));
  return rows.map((row) =>
    row.map((cell, at) => best[at] !== null && meanText(cell, columns[at] as Column) === best[at])
  );
}

/** The best mean of a column as it is shown; null where no direction is better, or all are alike. */
function bestText(column: Column, cells: readonly Cell[]): string | null {
  const known = cells.filter((cell) => meanOf(cell) !== null)
    .toSorted((a, b) => (meanOf(a) as number) - (meanOf(b) as number));
  const texts = new Set(known.map((cell) => meanText(cell, column)));
  if (column.best === undefined || texts.size < 2) return null;
  return meanText(known.at(column.best === "highest" ? -1 : 0) ?? null, column);
}

function meanText(cell: Cell, column: Column): string | null {
  const mean = meanOf(cell);
  return mean === null ? null : formatCell(mean, column);
}

function meanOf(cell: Cell): number | null {
  const mean = cell !== null && typeof cell === "object" ? cell.mean : cell;
  return typeof mean === "number" && Number.isFinite(mean) ? mean : null;
}
