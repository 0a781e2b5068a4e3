import { wrap } from "../figure.ts";
import { type Column, formatCell, type Table } from "../table.ts";
import { siNumber } from "./siunitx.ts";

/** Points that a letter of `\footnotesize` takes, the space between two columns, and a line. */
const [LETTER, GAP, LINE] = [4.2, 6, 9.5];
/** Letters of a text column that is not broken into lines, and of a heading's line at least; about so many lines has a long heading. */
const [SHORT, HEADING, LINES] = [24, 9, 5];
/** Letters of a line of a text that is broken, at least: as many as its longest word has, within these. */
const [LEAST, LONGEST] = [14, 28];

/** A column with its place in the table. */
export interface Placed {
  at: number;
  numeric: boolean;
  /** Lines of its heading. */
  heading: string[];
  /** Letters that fit into it. */
  letters: number;
  /** Points of a text that is broken into lines; null where the column is as wide as what stands in it. */
  width: number | null;
}

interface Measured extends Omit<Placed, "width" | "letters"> {
  /** Points at least, and without any break. */
  least: number;
  natural: number;
  breaks: boolean;
  group: string | undefined;
}

/**
 * The columns of a table in as many panels, one below the other, as its width needs (points); the columns that name the rows
 * stand in each. Columns under one heading stay together where they fit.
 */
export function panelsOf(table: Table, width: number): Placed[][] {
  const columns = table.columns.map((column, at) => measure(table, column, at));
  const names = columns.slice(0, nameColumns(table));
  const panels: Measured[][] = [[]];
  const fits = (some: readonly Measured[]) => leastOf([...names, ...some]) <= width;
  for (const block of blocksOf(columns.slice(names.length))) {
    const open = panels.at(-1) as Measured[];
    if (fits([...open, ...block])) open.push(...block);
    else if (fits(block)) panels.push(block);
    else for (const column of block) addTo(panels, column, fits);
  }
  return panels.filter((panel, index) => index === 0 || panel.length > 0)
    .map((panel) => shared([...names, ...panel], width));
}

/** How many columns name a row: the first, and as many texts behind it as tell all rows apart. */
function nameColumns({ columns, rows }: Table): number {
  const apart = (count: number) =>
    new Set(rows.map((row) => JSON.stringify(row.slice(0, count)))).size === rows.length;
  const texts = columns.findIndex(({ format }) => format !== "text");
  const most = texts === -1 ? columns.length : Math.max(1, texts);
  const found = Array.from({ length: most }, (_, at) => at + 1).find(apart);
  return Math.min(columns.length, found ?? 1);
}

/** Points that the rows of some panels take, about. */
export function heightOf({ columns, rows }: Table, panels: readonly Placed[][]): number {
  const lines = (row: Table["rows"][number], { at, width }: Placed) => {
    const letters = formatCell(row[at] ?? null, columns[at] as Column).length;
    return width === null ? 1 : Math.ceil(letters * LETTER / width);
  };
  const heights = panels.map((panel) => {
    const head = Math.max(...panel.map(({ heading }) => heading.length)) + 1;
    return rows.reduce((sum, row) => sum + Math.max(...panel.map((one) => lines(row, one))), head + 1.5);
  });
  return LINE * heights.reduce((sum, height) => sum + height, 0);
}

function measure({ rows }: Table, column: Column, at: number): Measured {
  const cells = rows.map((row) => row[at] ?? null);
  const numeric = column.format !== "text" && cells.some((cell) => siNumber(cell, column) !== null);
  const signs = numeric ? (column.best === undefined ? 1 : 2) : 0; // spaces around ±, and the breadth of bold figures
  const letters = signs + Math.max(0, ...cells.map((cell) => formatCell(cell, column).length));
  const breaks = !numeric && letters > SHORT;
  const heading = wrap(
    column.heading,
    Math.max(HEADING, breaks ? LEAST : letters, column.heading.length / LINES),
  );
  const head = Math.max(0, ...heading.map(({ length }) => length));
  const words = breaks ? cells.flatMap((cell) => formatCell(cell, column).split(" ")) : [];
  const longest = Math.min(LONGEST, Math.max(LEAST, ...words.map(({ length }) => length)));
  return {
    ...{ at, numeric, heading, breaks, group: column.group },
    least: LETTER * Math.max(head, breaks ? longest : letters),
    natural: LETTER * Math.max(head, letters),
  };
}

/** Neighbours under one heading. */
function blocksOf(columns: readonly Measured[]): Measured[][] {
  const blocks: Measured[][] = [];
  for (const column of columns) {
    const last = blocks.at(-1);
    if (last !== undefined && column.group !== undefined && last[0]?.group === column.group) {
      last.push(column);
    } else blocks.push([column]);
  }
  return blocks;
}

function addTo(
  panels: Measured[][],
  column: Measured,
  fits: (columns: readonly Measured[]) => boolean,
): void {
  const open = panels.at(-1) as Measured[];
  if (open.length === 0 || fits([...open, column])) open.push(column);
  else panels.push([column]);
}

function leastOf(columns: readonly Measured[]): number {
  return columns.reduce((sum, { least }) => sum + least, GAP * (columns.length - 1));
}

/** What is left of the width goes to the texts that are broken into lines, in shares of what they lack. */
function shared(columns: readonly Measured[], width: number): Placed[] {
  const lacking = columns.reduce((sum, { least, natural }) => sum + natural - least, 0);
  const part = lacking === 0 ? 0 : Math.min(1, Math.max(0, width - leastOf(columns)) / lacking);
  return columns.map(({ at, numeric, heading, breaks, least, natural }) => {
    const points = breaks ? Math.floor(least + part * (natural - least)) : least;
    return { at, numeric, heading, letters: Math.floor(points / LETTER), width: breaks ? points : null };
  });
}
