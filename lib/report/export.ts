import { availableParallelism } from "node:os";
import { join } from "node:path";
import { writeWhole } from "../files.ts";
import { inLanes } from "../lanes.ts";
import type { Figure } from "./figure.ts";
import { render } from "./render.ts";
import { type Table, toCSV, toLaTeX, toMarkdown } from "./table.ts";

/** Figures drawn at once: a page of the browser draws on one core. */
const LANES = Math.min(4, availableParallelism());

/** Writes tables and figures below `folder`, telling `log` each file when it is there; returns their paths. */
export async function exportReport(
  { tables, figures }: { tables: readonly Table[]; figures: readonly Figure[] },
  folder: string,
  log: (path: string) => void = () => {},
): Promise<string[]> {
  refuseTwins("table", tables);
  refuseTwins("figure", figures);
  const written: string[] = [];
  const note = (path: string) => {
    written.push(path);
    log(path);
  };
  for (const table of tables) exportTable(table, join(folder, "tables")).forEach(note);
  const drawn = await inLanes(figures, LANES, async (figure) => {
    const files = await exportFigure(figure, join(folder, "figures"));
    files.forEach(log);
    return files;
  });
  return [...written, ...drawn.flat()];
}

/** One of two with the same name would overwrite the other. */
function refuseTwins(what: string, named: readonly { name: string }[]): void {
  const names = named.map(({ name }) => name);
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin === undefined) return;
  throw new Error(
    `Writing the report: two of its ${what}s are named "${twin}"; put the experiment's name into theirs.`,
  );
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
