import { join } from "node:path";
import { writeWhole } from "../../files.ts";
import type { Figure } from "../figure.ts";
import { render } from "../render.ts";
import type { Table } from "../table.ts";
import { captionText, figureEnvironment } from "./figure_environment.ts";
import { numberMacros } from "./number_macros.ts";
import { siunitxTable } from "./siunitx_table.ts";
import type { Style } from "./style.ts";
import { styledFigure } from "./styled_figure.ts";

/**
 * Writes tables and figures for a publication below `folder`, telling `log` each file: NAME.tex of every table in `tables/`;
 * NAME.svg, .pdf, .png, its environment NAME.tex and its caption NAME.txt of every figure in `figures/`. Returns their paths.
 */
export async function exportPublication(
  { tables, figures }: { tables: readonly Table[]; figures: readonly Figure[] },
  style: Style,
  folder: string,
  log: (path: string) => void = () => {},
): Promise<string[]> {
  const written: string[] = [];
  const write = (path: string, content: string | Uint8Array) => {
    writeWhole(path, content);
    written.push(path);
    log(path);
  };
  for (const table of tables) write(join(folder, "tables", `${table.name}.tex`), siunitxTable(table, style));
  for (const figure of figures) {
    const files = await filesOf(figure, style);
    for (const [ending, content] of files) {
      write(join(folder, "figures", `${figure.name}.${ending}`), content);
    }
  }
  return written;
}

/** Writes the macros of all numbers of some tables, numbers.tex, below `folder`; returns its path. */
export function exportNumbers(tables: readonly Table[], folder: string): string {
  const path = join(folder, "numbers.tex");
  writeWhole(path, numberMacros(tables));
  return path;
}

async function filesOf(
  figure: Figure,
  style: Style,
): Promise<[ending: string, content: string | Uint8Array][]> {
  const styled = styledFigure(figure, style);
  const { svg, pdf, png } = await render(styled);
  return [
    ...([["svg", svg], ["pdf", pdf], ["png", png]] as [string, string | Uint8Array][]),
    ...([["tex", figureEnvironment(styled, style)], ["txt", captionText(styled)]] as [string, string][]),
  ];
}
