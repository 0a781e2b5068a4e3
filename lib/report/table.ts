import { fullCaption } from "./caption.ts";
import { escapeCsv, escapeHtml, escapeLatex, escapeMarkdown } from "./escape.ts";
import type { Spread } from "./frame.ts";

/** What a cell can hold: text, a number, a mean over seeds, or nothing. */
export type Cell = string | number | Spread | null;

/** How a column is shown: "percent" takes fractions; CSV keeps the raw number. */
export type Format = "text" | "integer" | "percent" | "decimal";

export interface Column {
  heading: string;
  /** A heading over several neighbouring columns. */
  group?: string;
  format: Format;
  /** Digits after the point; 2 for percent, 3 for decimal. */
  digits?: number;
  /** Which of its numbers a publication sets in bold. */
  best?: "highest" | "lowest";
}

/** A column that says what stands in it for a row. */
export interface ColumnOf<Row> extends Column {
  cell: (row: Row) => Cell;
}

/** A table as people see it: headings, cells and notes. */
export interface Table {
  /** Its file's name. */
  name: string;
  title: string;
  /** Says what stands in it. */
  caption: string;
  /** What the runs' profile reduces, or "": stands in every form of the table. */
  label: string;
  columns: Column[];
  rows: Cell[][];
  notes: string[];
}

/** A table of one row for each thing: what a column is called, how it is shown and what stands in it are said together. */
export function makeTable<Row>(
  text: Omit<Table, "columns" | "rows">,
  columns: readonly ColumnOf<Row>[],
  rows: readonly Row[],
): Table {
  return {
    ...text,
    columns: columns.map(({ cell: _cell, ...column }) => column),
    rows: rows.map((row) => columns.map(({ cell }) => cell(row))),
  };
}

const NOTHING = "–";

/** A cell as people read it: "93.37 ± 0.12", "1,234", or "–" for nothing. */
export function formatCell(cell: Cell, column: Column): string {
  if (cell === null) return NOTHING;
  if (typeof cell === "string") return cell;
  if (typeof cell === "number") return formatNumber(cell, column);
  const mean = formatNumber(cell.mean, column);
  return cell.sd === null ? mean : `${mean} ± ${formatNumber(cell.sd, column)}`;
}

/** With a minus sign, not a hyphen, as everywhere in tables; CSV has the raw number. */
function formatNumber(value: number, column: Column): string {
  return Number.isFinite(value) ? digitsOf(value, column).replace(/^-/, "−") : String(value);
}

function digitsOf(value: number, { format, digits }: Column): string {
  if (format === "integer") return Math.round(value).toLocaleString("en-US");
  return format === "percent" ? (100 * value).toFixed(digits ?? 2) : value.toFixed(digits ?? 3);
}

/** The table as an HTML fragment that brings its own look. */
export function toHTML(table: Table): string {
  const head = headRows(table.columns).map((cells) => `<tr>${cells.join("")}</tr>`).join("\n");
  const body = rowsOf(table).map((row) =>
    `<tr>${row.map((cell, at) => htmlCell(cell, column(table, at), at === 0)).join("")}</tr>`
  );
  const notes = table.notes.map((note) => `<li>${escapeHtml(note)}</li>`).join("");
  return [
    `<figure style="margin:0"><figcaption style="${CAPTION_STYLE}"><b>${escapeHtml(table.title)}.</b> ${
      escapeHtml(fullCaption(table))
    }</figcaption>`,
    `<div style="overflow-x:auto"><table class="weightshare" style="${TABLE_STYLE}">`,
    `<thead>${head}</thead>`,
    `<tbody>${body.join("\n")}</tbody></table></div></figure>`,
    notes === "" ? "" : `<ul class="notes" style="font-size:0.9em;margin-top:0.3em">${notes}</ul>`,
  ].filter((line) => line !== "").join("\n");
}

const TABLE_STYLE =
  "border-collapse:collapse;font-variant-numeric:tabular-nums;border-top:2px solid;border-bottom:2px solid";
/** Outside of what scrolls: a caption's lines end where the page does, however wide or narrow the table is. */
const CAPTION_STYLE = "text-align:left;padding:0.3em 0";

function headRows(columns: Column[]): string[][] {
  const own = columns.map((one) => headCell(one.heading, alignment(one), "border-bottom:1px solid"));
  if (columns.every(({ group }) => group === undefined)) return [own];
  const groups = spans(columns).map(({ group, span }) =>
    headCell(group, "center", group === "" ? "" : "border-bottom:1px solid", ` colspan="${span}"`)
  );
  return [groups, own];
}

function headCell(text: string, align: string, style: string, attributes = ""): string {
  const width = text.length > SHORT_HEADING ? `min-width:${LEAST_HEADING};` : "";
  return `<th${attributes} style="text-align:${align};vertical-align:bottom;padding:0.2em 0.6em;${width}${style}">` +
    `${escapeHtml(text)}</th>`;
}

/** Texts up to so many characters are not broken into lines. */
const SHORT_NAME = 30;
const SHORT_TEXT = 20;
const SHORT_HEADING = 16;
/** What is broken keeps so much width, however wide the other columns are: lines of a word or two cannot be read. */
const LEAST_TEXT = "13em";
const LEAST_HEADING = "6.5em";

function htmlCell(cell: Cell, column: Column, isName: boolean): string {
  const breaks = column.format === "text" && String(cell).length > (isName ? SHORT_NAME : SHORT_TEXT);
  const wrap = breaks ? `;min-width:${LEAST_TEXT}` : ";white-space:nowrap";
  return `<td style="text-align:${alignment(column)};padding:0.2em 0.6em${wrap}">` +
    `${escapeHtml(formatCell(cell, column))}</td>`;
}

/** The table in Markdown, with title, caption and notes. */
export function toMarkdown(table: Table): string {
  const { title, columns, notes } = table;
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [
    `**${escapeMarkdown(title)}.** ${escapeMarkdown(fullCaption(table))}`,
    "",
    line(columns.map((one) => escapeMarkdown(fullHeading(one)))),
    line(columns.map((one) => alignment(one) === "right" ? "---:" : "---")),
    ...rowsOf(table).map((row) =>
      line(row.map((cell, at) => escapeMarkdown(formatCell(cell, columns[at] as Column))))
    ),
    ...(notes.length === 0 ? [] : ["", ...notes.map((note) => `- ${escapeMarkdown(note)}`)]),
    "",
  ].join("\n");
}

/** The table for programs: numbers in full; a mean over seeds takes three columns (mean, sd, n); the last is the label. */
export function toCSV(table: Table): string {
  const { columns, label } = table;
  const rows = rowsOf(table);
  const wide = columns.map((_, at) => rows.some((row) => isSpread(row[at] ?? null)));
  const head = columns.flatMap((one, at) => {
    const heading = fullHeading(one);
    return wide[at] ? [`${heading} (mean)`, `${heading} (sd)`, `${heading} (n)`] : [heading];
  });
  const fields = (row: Cell[]) =>
    row.flatMap((cell, at) => (wide[at] ? spreadFields : rawField)(cell, columns[at] as Column));
  return [[...head, "Reduced"], ...rows.map((row) => [...fields(row), label])].map((fields) =>
    fields.map(escapeCsv).join(",") + "\r\n"
  ).join("");
}

function spreadFields(cell: Cell, column: Column): string[] {
  if (!isSpread(cell)) return [...rawField(cell, column), "", ""];
  return [...rawField(cell.mean, column), ...rawField(cell.sd, column), String(cell.n)];
}

/** In the unit of the heading; twelve digits hide the rounding of the change to percent. */
function rawField(cell: Cell, { format }: Column): string[] {
  if (cell === null || isSpread(cell)) return [""];
  if (typeof cell === "string" || format !== "percent") return [String(cell)];
  return [String(Number((100 * cell).toPrecision(12)))];
}

function isSpread(cell: Cell): cell is Spread {
  return cell !== null && typeof cell === "object";
}

/** The table in LaTeX: needs the packages booktabs and graphicx (it shrinks to the text's width where it is wider). */
export function toLaTeX(table: Table): string {
  const { name, title, columns, notes } = table;
  const line = (cells: string[]) => `${cells.join(" & ")} \\\\`;
  const body = rowsOf(table).map((row) =>
    line(row.map((cell, at) => escapeLatex(formatCell(cell, columns[at] as Column))))
  );
  return [
    "% \\usepackage{booktabs,graphicx}",
    "\\begin{table*}",
    "\\centering",
    `\\caption{${escapeLatex(`${title}. ${fullCaption(table)}`)}}`,
    `\\label{tab:${name}}`,
    "\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%",
    `\\begin{tabular}{@{}${columns.map((one) => alignment(one) === "right" ? "r" : "l").join("")}@{}}`,
    "\\toprule",
    ...latexGroups(columns),
    line(columns.map(({ heading }) => escapeLatex(heading))),
    "\\midrule",
    ...body,
    "\\bottomrule",
    "\\end{tabular}}",
    ...notes.map((note) => `\\par\\footnotesize ${escapeLatex(note)}`),
    "\\end{table*}",
    "",
  ].join("\n");
}

function latexGroups(columns: Column[]): string[] {
  const groups = spans(columns);
  if (groups.every(({ group }) => group === "")) return [];
  const cells = groups.map(({ group, span }) => `\\multicolumn{${span}}{c}{${escapeLatex(group)}}`);
  const rules = groups.filter(({ group }) => group !== "")
    .map(({ from, span }) => `\\cmidrule(lr){${from + 1}-${from + span}}`);
  return [`${cells.join(" & ")} \\\\`, rules.join(" ")];
}

/** Neighbouring columns of one group; columns without one stand alone with "". */
function spans(columns: Column[]): { group: string; from: number; span: number }[] {
  const result: { group: string; from: number; span: number }[] = [];
  columns.forEach(({ group = "" }, from) => {
    const open = result.at(-1);
    if (open !== undefined && group !== "" && open.group === group) open.span++;
    else result.push({ group, from, span: 1 });
  });
  return result;
}

/** The rows, each with a cell for every column: one that was forgotten would move all behind it. */
export function rowsOf({ name, columns, rows }: Table): Cell[][] {
  const odd = rows.find(({ length }) => length !== columns.length);
  if (odd === undefined) return rows;
  throw new Error(
    `Writing the table ${name}: the row "${
      odd[0]
    }" has ${odd.length} cells, but there are ${columns.length} columns; ` +
      `give every column its cell.`,
  );
}

function fullHeading({ group, heading }: Column): string {
  return group === undefined ? heading : `${group}: ${heading}`;
}

function alignment({ format }: Column): "left" | "right" {
  return format === "text" ? "left" : "right";
}

function column({ columns }: Table, at: number): Column {
  return columns[at] as Column;
}
