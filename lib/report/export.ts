import { join } from "node:path";
import type { RunRecord } from "../experiments/record.ts";
import { writeWhole } from "../files.ts";
import { figures, tables } from "./experiments.ts";
import type { Figure } from "./figure.ts";
import { render } from "./render.ts";
import { type Table, toCSV, toLaTeX, toMarkdown } from "./table.ts";

/** Writes every table and figure of the records below `folder`, telling `log` each file; returns their paths. */
export async function exportReport(
  records: readonly RunRecord[],
  folder: string,
  log: (path: string) => void = () => {},
): Promise<string[]> {
  const written: string[] = [];
  const note = (path: string) => {
    written.push(path);
    log(path);
  };
  for (const table of tables(records)) exportTable(table, join(folder, "tables")).forEach(note);
  for (const figure of figures(records)) (await exportFigure(figure, join(folder, "figures"))).forEach(note);
  return written;
}

/** Writes NAME.csv, NAME.md and NAME.tex. */
export function exportTable(table: Table, folder: string): string[] {
  const path = (ending: string) => join(folder, `${table.name}.${ending}`);
  return writeAll([[path("csv"), toCSV(table)], [path("md"), toMarkdown(table)], [
    path("tex"),
    toLaTeX(table),
  ]]);
}

/** Writes NAME.svg, NAME.png and NAME.pdf. */
export async function exportFigure(figure: Figure, folder: string): Promise<string[]> {
  const { svg, png, pdf } = await render(figure);
  const path = (ending: string) => join(folder, `${figure.name}.${ending}`);
  return writeAll([[path("svg"), svg], [path("png"), png], [path("pdf"), pdf]]);
}

function writeAll(files: [string, string | Uint8Array][]): string[] {
  for (const [path, content] of files) writeWhole(path, content);
  return files.map(([path]) => path);
}
