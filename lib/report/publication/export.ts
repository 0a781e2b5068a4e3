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
 * Writes tables and figures for a publication below `folder`, telling `log` each file: of every table NAME.tex and its numbers as
 * macros, NAME-numbers.tex, in `tables/`; of every figure NAME.svg, .pdf, .png, its environment NAME.tex and its caption NAME.txt in
 * `figures/`. Returns their paths.
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
  for (const table of tables) {
    write(join(folder, "tables", `${table.name}.tex`), siunitxTable(table, style));
    write(join(folder, "tables", `${table.name}-numbers.tex`), numberMacros(table));
  }
  for (const figure of figures) {
    const files = await filesOf(figure, style);
    for (const [ending, content] of files) {
      write(join(folder, "figures", `${figure.name}.${ending}`), content);
    }
  }
  return written;
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
