import { type Column, formatCell, type Table } from "../table.ts";
import { NUMBER_STYLE, siNumber } from "./siunitx.ts";

/**
 * Every number of a table as a LaTeX macro for running text, `\FashionMnistComparisonCostSNNByProxyKTwoTNeeded`, below a line that
 * says where it stands. A name is letters alone: of the table, of the texts that the row begins with, and of the column; figures are
 * spelt out. Needs the package siunitx.
 */
export function numberMacros(table: Table): string {
  const used = new Set<string>();
  const lines = table.rows.flatMap((row) => {
    const names = rowNames(row, table);
    return row.flatMap((cell, at) => {
      const column = table.columns[at] as Column;
      const number = siNumber(cell, column);
      if (number === null) return [];
      const parts = [table.name, ...names, column.group ?? "", column.heading].filter((part) => part !== "");
      const name = unused(macroName(parts), used);
      return [
        `% ${parts.join(" | ").replace(/\s+/g, " ")}`,
        `\\newcommand{\\${name}}{\\weightshareNumber{${number}}}`,
      ];
    });
  });
  const number = `\\providecommand{\\weightshareNumber}[1]{\\num[${NUMBER_STYLE}]{#1}}`;
  return ["% \\usepackage{siunitx}", number, ...lines, ""].join("\n");
}

/** A name of letters alone, each word with a capital. */
export function macroName(parts: readonly string[]): string {
  const words = parts.join(" ").normalize("NFD").replace(/[\u0300-\u036f]/g, "").match(/[A-Za-z]+|\d/g) ?? [];
  return words.map((word) => DIGITS[Number(word)] ?? word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
}

const DIGITS = ["Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"];

/** The texts that a row begins with. */
function rowNames(row: Table["rows"][number], { columns }: Table): string[] {
  const end = row.findIndex((cell, at) => typeof cell !== "string" || columns[at]?.format !== "text");
  return row.slice(0, end === -1 ? row.length : end).map((cell, at) =>
    formatCell(cell ?? null, columns[at] as Column)
  );
}

/** The name, with letters behind it where another number has it. */
function unused(name: string, used: Set<string>): string {
  for (let before = 0;; before++) {
    const letter = String.fromCharCode(65 + before % 26);
    const free = before === 0 ? name : name + letter.repeat(1 + Math.floor(before / 26));
    if (used.has(free)) continue;
    used.add(free);
    return free;
  }
}
