import { fullCaption } from "../caption.ts";
import { wrap } from "../figure.ts";
import { type Cell, type Column, formatCell, rowsOf, type Table } from "../table.ts";
import { bestCells } from "./best_cells.ts";
import { MILLIMETRES } from "./lengths.ts";
import { NUMBER_STYLE, siNumber, tableFormat } from "./siunitx.ts";
import { floatOf, type Style } from "./style.ts";
import { heightOf, panelsOf, type Placed } from "./table_panels.ts";
import { texText } from "./tex_text.ts";

/** TeX's points of an inch. */
const TEX_POINTS = 72.27;
/** Points that rows and notes of a float take at most, so that its caption fits onto the page, too; and about those of a note. */
const [TALLEST, NOTE] = [580, 16];

/**
 * A table in LaTeX for the packages booktabs and siunitx (version 3): numbers aligned at their points, the best of a column in bold.
 * It takes a column, its own columns in panels one below the other where they have no room; the page's width where that were too tall.
 */
export function siunitxTable(table: Table, style: Style): string {
  const points = (millimetres: number) => millimetres / MILLIMETRES * TEX_POINTS;
  const narrow = panelsOf(table, points(style.column));
  const isTall = (panels: readonly Placed[][]) =>
    heightOf(table, panels) + NOTE * table.notes.length > TALLEST;
  const wide = style.page > style.column && isTall(narrow);
  const panels = wide ? panelsOf(table, points(style.page)) : narrow;
  const best = bestCells(table);
  const bold = best.some((row) => row.includes(true)) ? " Bold: the best of its column." : "";
  const float = floatOf("table", wide, style);
  return [
    "% \\usepackage{booktabs,siunitx}",
    ...(isTall(panels) ? ["% Taller than a page: take the rows that you need."] : []),
    `\\begin{${float}}`,
    "\\centering",
    `\\caption{${texText(`${table.title}. ${fullCaption(table)}`)}${bold}}`,
    `\\label{tab:${table.name}}`,
    "\\vspace{4pt}\\footnotesize\\setlength{\\tabcolsep}{3pt}%",
    `\\sisetup{${NUMBER_STYLE},table-align-uncertainty=false,text-series-to-math=true}`,
    panels.map((panel) => tabular(table, panel, best)).join("\n\\par\\medskip\n"),
    ...table.notes.map((note) => `\\par\\smallskip{\\scriptsize\\raggedright ${texText(note)}\\par}`),
    `\\end{${float}}`,
    "",
  ].join("\n");
}

function tabular(table: Table, panel: readonly Placed[], best: readonly boolean[][]): string {
  const line = (cells: string[]) => `${cells.join(" & ")} \\\\`;
  return [
    `\\begin{tabular}{@{}${panel.map((one) => columnType(table, one)).join("")}@{}}`,
    "\\toprule",
    ...groupsOf(table, panel),
    line(panel.map(heading)),
    "\\midrule",
    ...rowsOf(table).map((row, at) =>
      line(
        panel.map((one) =>
          cellOf(row[one.at] ?? null, table.columns[one.at] as Column, one, best[at]?.[one.at])
        ),
      )
    ),
    "\\bottomrule",
    "\\end{tabular}",
  ].join("\n");
}

function columnType({ columns, rows }: Table, { at, numeric, width }: Placed): string {
  if (!numeric) return width === null ? "l" : `>{\\raggedright\\arraybackslash}p{${width}pt}`;
  const numbers = rows.flatMap((row) => siNumber(row[at] ?? null, columns[at] as Column) ?? []);
  return `S[table-format=${tableFormat(numbers)}]`;
}

function heading({ heading, numeric }: Placed): string {
  return numeric ? `{${stacked(heading, "r")}}` : stacked(heading, "l");
}

/** Lines one below the other. */
function stacked(lines: readonly string[], side: "l" | "c" | "r"): string {
  const text = lines.map(texText).join("\\\\");
  return lines.length > 1 ? `\\begin{tabular}[b]{@{}${side}@{}}${text}\\end{tabular}` : text;
}

function cellOf(cell: Cell, column: Column, { numeric }: Placed, best = false): string {
  const number = numeric ? siNumber(cell, column) : null;
  if (number !== null) return best ? `\\bfseries ${number}` : number;
  const text = texText(formatCell(cell, column));
  return numeric ? `{${text}}` : text;
}

/** The headings over several columns, with a rule under each. */
function groupsOf({ columns }: Table, panel: readonly Placed[]): string[] {
  const groups: { name: string; from: number; to: number; letters: number }[] = [];
  panel.forEach(({ at, letters }, index) => {
    const name = columns[at]?.group ?? "";
    const last = groups.at(-1);
    if (last !== undefined && name !== "" && last.name === name) {
      last.to = index + 1;
      last.letters += letters + 1;
    } else groups.push({ name, from: index + 1, to: index + 1, letters });
  });
  const named = groups.filter(({ name }) => name !== "");
  if (named.length === 0) return [];
  const cells = groups.map(({ name, from, to, letters }) =>
    `\\multicolumn{${to - from + 1}}{c}{${stacked(wrap(name, letters), "c")}}`
  );
  return [
    `${cells.join(" & ")} \\\\`,
    named.map(({ from, to }) => `\\cmidrule(lr){${from}-${to}}`).join(" "),
  ];
}
