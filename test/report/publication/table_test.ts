import assert from "node:assert/strict";
import { bestCells } from "../../../lib/report/publication/best_cells.ts";
import { macroName, numberMacros } from "../../../lib/report/publication/number_macros.ts";
import { siunitxTable } from "../../../lib/report/publication/siunitx_table.ts";
import { siNumber, tableFormat } from "../../../lib/report/publication/siunitx.ts";
import { styleOf, STYLES } from "../../../lib/report/publication/style.ts";
import { panelsOf } from "../../../lib/report/publication/table_panels.ts";
import { texText } from "../../../lib/report/publication/tex_text.ts";
import type { Table } from "../../../lib/report/table.ts";
import { HOSTILE, TABLE } from "./table.ts";

Deno.test("texText: nothing that LaTeX takes for its own is left, nor a character that pdfLaTeX lacks", () => {
  assert.equal(
    texText("& % $ # _ { } ~ ^ \\"),
    "\\& \\% \\$ \\# \\_ \\{ \\} \\textasciitilde{} \\textasciicircum{} \\textbackslash{}",
  );
  assert.equal(texText("[1] a"), "{[}1] a");
  assert.equal(texText("* a"), "{*} a");
  assert.equal(texText("--jobs --- 1–2"), "-{}-jobs -{}-{}- 1--2");
  assert.equal(texText("3 ≥ θ µJ é"), "3 $\\geq$ $\\theta$ $\\mu$J é");
  assert.equal(texText("日\u0000a\nb"), "\\texttt{U+65E5}\\texttt{U+0000}a b");
  assert.match(texText(HOSTILE), /^[\x20-\x7eé]+$/);
});

Deno.test("siunitx: a number with its deviation, room for all of a column", () => {
  const percent = { heading: "", format: "percent" } as const;
  assert.equal(siNumber({ mean: 0.9103, sd: 0.0015, n: 3 }, percent), "91.03 \\pm 0.15");
  assert.equal(siNumber(-0.5, percent), "-50.00");
  assert.equal(siNumber(1234567, { heading: "", format: "integer" }), "1234567");
  for (const none of [null, "text", NaN, Infinity, { mean: NaN, sd: null, n: 1 }]) {
    assert.equal(siNumber(none, percent), null);
  }
  assert.equal(tableFormat(["91.03 \\pm 0.15", "5.30"]), "2.2(2)");
  assert.equal(tableFormat(["16.7 \\pm 14.2", "-3.3"]), "-2.1(3)");
  assert.equal(tableFormat(["1234567"]), "7.0");
  assert.equal(tableFormat(["0.35 \\pm 0.00"]), "1.2(1)");
});

Deno.test("bestCells: in the direction that is better, as shown, none where all are alike or no direction is", () => {
  assert.deepEqual(bestCells(TABLE), [
    [false, false, false, false, false],
    [false, true, false, false, false],
    [false, false, false, false, true],
  ]);
  const alike = { ...TABLE, rows: TABLE.rows.map((row) => row.with(1, 0.5)) };
  assert.ok(bestCells(alike).every((row) => row[1] === false));
  const shared = {
    ...TABLE,
    rows: TABLE.rows.map((row, at) => row.with(1, [0.90001, 0.90002, 0.1][at] as number)),
  };
  assert.deepEqual(bestCells(shared).map((row) => row[1]), [true, true, false]);
});

Deno.test("siunitxTable: booktabs, aligned numbers, the best in bold, what is reduced in the caption", () => {
  const latex = siunitxTable(TABLE, STYLES.nature);
  for (
    const part of [
      ...["\\toprule", "\\midrule", "\\bottomrule", "\\cmidrule(lr){2-3}", "S[table-format=2.2(2)]"],
      ...[
        "91.03 \\pm 0.15 & 10.00 & 1234567 \\\\",
        "& 16.7 \\pm 14.2 \\\\",
        "\\bfseries 92.65",
        "\\bfseries -3.3",
      ],
      ...["{diverged at epoch 2} & {--} & {NaN}", "Reduced (quick profile): 3 of 100 epochs. Bold: the best"],
      ...["\n{[}a] proxy & ", "\n{*} ANN alone & ", "\\label{tab:odd-2}", "\\begin{table}\n"],
    ]
  ) assert.ok(latex.includes(part), `${part} in ${latex}`);
  assert.throws(
    () => siunitxTable({ ...TABLE, rows: [["short"]] }, STYLES.nature),
    /the row "short" has 1 cells, but there are 5 columns/,
  );
});

Deno.test("siunitxTable: of a width beyond the publisher's column it spans the page", () => {
  assert.match(siunitxTable(TABLE, styleOf("nature", "183mm")), /\\begin\{table\*\}/);
});

/** A table of many columns, and of rows with long names. */
function wide(rows: number): Table {
  const column = (at: number) =>
    ({ heading: `column ${at}`, group: `group ${at >> 1}`, format: "decimal" }) as const;
  return {
    ...TABLE,
    columns: [{ heading: "Network", format: "text" }, ...Array.from({ length: 12 }, (_, at) => column(at))],
    rows: Array.from(
      { length: rows },
      (_, at) => [`a network of a long name, number ${at}`, ...Array(12).fill(at)],
    ),
  };
}

Deno.test("panelsOf: every column once, the rows' name in each, groups whole, within the width", () => {
  const table = wide(3);
  const panels = panelsOf(table, 250);
  assert.ok(panels.length > 1);
  assert.ok(panels.every(([name]) => name?.at === 0));
  assert.deepEqual(
    panels.flatMap((panel) => panel.slice(1).map(({ at }) => at)),
    table.columns.slice(1).map((_, at) => at + 1),
  );
  for (const panel of panels) assert.equal(panel.length % 2, 1);
  assert.equal(panelsOf(table, 2000).length, 1);
});

Deno.test("panelsOf: as many texts as tell the rows apart stand in each panel", () => {
  const table = wide(4);
  const columns = [{ heading: "Arithmetic", format: "text" } as const, ...table.columns];
  const rows = table.rows.map((row, at) => [at < 2 ? "float32" : "int8", ...row]);
  for (const panel of panelsOf({ ...table, columns, rows }, 250)) {
    assert.deepEqual(panel.slice(0, 2).map(({ at }) => at), [0, 1]);
  }
});

Deno.test("siunitxTable: rows that are too tall for a column get the page", () => {
  assert.match(siunitxTable(wide(4), STYLES.nature), /\\begin\{table\}/);
  assert.match(siunitxTable(wide(20), STYLES.nature), /\\begin\{table\*\}/);
  assert.match(siunitxTable(wide(200), STYLES.nature), /^% \\usepackage.*\n% Taller than a page/);
});

Deno.test("numberMacros: names of letters alone, each once, whatever the labels", () => {
  assert.equal(macroName(["odd-2", "SNN (K = 1)", "µJ"]), "OddTwoSNNKOneJ");
  const twice = { ...TABLE, rows: [...TABLE.rows, ...TABLE.rows] };
  const macros = numberMacros(twice);
  const names = [
    ...macros.matchAll(/^\\newcommand\{\\([^}]*)\}\{\\weightshareNumber\{[-\d.]+( \\pm [\d.]+)?\}\}$/gm),
  ]
    .map(([, name]) => name as string);
  assert.equal(names.length, 2 * 9);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[A-Za-z]+$/);
  assert.ok(
    macros.includes("\\newcommand{\\OddTwoAProxyTNeeded}{\\weightshareNumber{16.7 \\pm 14.2}}"),
    macros,
  );
  const others = macros.split("\n").filter((line) => !/^(%|\\newcommand\{|\\providecommand\{)/.test(line));
  assert.deepEqual(others, [""]);
});
