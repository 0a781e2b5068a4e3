import { type Cell, type Column, formatCell } from "../table.ts";

/** How siunitx sets a number: mean ± deviation, thousands apart. */
export const NUMBER_STYLE =
  "uncertainty-mode=separate,group-digits=integer,group-minimum-digits=4,group-separator={,}";

/** A cell as siunitx reads a number: "90.30 \pm 0.15", "1234567"; null where it is no finite number. */
export function siNumber(cell: Cell, column: Column): string | null {
  if (cell === null || typeof cell === "string") return null;
  const plain = formatCell(cell, column).replaceAll(",", "").replaceAll("−", "-");
  return /^-?\d+(\.\d+)?( ± \d+(\.\d+)?)?$/.test(plain) ? plain.replace("±", "\\pm") : null;
}

/** The `table-format` that has room for some numbers of a column. */
export function tableFormat(numbers: readonly string[]): string {
  const parts = numbers.map((number) => {
    const [, sign = "", whole = "", digits = "", deviation = ""] =
      /^(-?)(\d+)(?:\.(\d+))?(?: \\pm ([\d.]+))?$/.exec(number) ?? [];
    return {
      ...{ sign, whole: whole.length, digits: digits.length },
      deviation: deviation.replace(".", "").replace(/^0+(?=.)/, "").length,
    };
  });
  const most = (part: "whole" | "digits" | "deviation") => Math.max(0, ...parts.map((one) => one[part]));
  const sign = parts.some((one) => one.sign !== "") ? "-" : "";
  const deviation = most("deviation") === 0 ? "" : `(${most("deviation")})`;
  return `${sign}${Math.max(1, most("whole"))}.${most("digits")}${deviation}`;
}
