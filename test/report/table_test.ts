import assert from "node:assert/strict";
import { exportReport } from "../../lib/report/export.ts";
import { cleanHtml } from "../../lib/report/clean_html.ts";
import { closeBrowser, withPage } from "../../lib/report/browser.ts";
import { type Table, toCSV, toHTML, toLaTeX, toMarkdown } from "../../lib/report/table.ts";

const TABLE: Table = {
  name: "odd",
  title: "50 % & more",
  caption: "a_b",
  label: "Reduced (quick profile): 3 of 100 epochs.",
  columns: [
    { heading: "Name", format: "text" },
    { heading: "argmax", group: "Last (%)", format: "percent" },
    { heading: "tied", group: "Last (%)", format: "percent" },
    { heading: "Size", format: "integer" },
  ],
  rows: [
    ['a "b", <c> | #1', { mean: 0.5725, sd: 0.0012, n: 3 }, 0.1, 1234567],
    ["diverged", "diverged at epoch 2", null, null],
  ],
  notes: ["~ ^ \\ { } $"],
};

Deno.test("CSV: quotes, full numbers in the heading's unit, sd and n beside the mean, the label in every line", () => {
  assert.equal(
    toCSV(TABLE),
    "Name,Last (%): argmax (mean),Last (%): argmax (sd),Last (%): argmax (n),Last (%): tied,Size,Reduced\r\n" +
      '"a ""b"", <c> | #1",57.25,0.12,3,10,1234567,Reduced (quick profile): 3 of 100 epochs.\r\n' +
      "diverged,diverged at epoch 2,,,,,Reduced (quick profile): 3 of 100 epochs.\r\n",
  );
});

Deno.test("LaTeX: booktabs, special characters written out, groups ruled", () => {
  const latex = toLaTeX(TABLE);
  for (
    const part of [
      ...["\\toprule", "\\midrule", "\\bottomrule", "\\cmidrule(lr){2-3}", "\\multicolumn{2}{c}{Last (\\%)}"],
      ...[
        "50 \\% \\& more. a\\_b Reduced (quick profile)",
        'a "b", \\textless{}c\\textgreater{} \\textbar{} \\#1',
      ],
      ...[
        "57.25 $\\pm$ 0.12",
        "1,234,567",
        "\\textasciitilde{} \\textasciicircum{} \\textbackslash{} \\{ \\} \\$",
      ],
    ]
  ) assert.ok(latex.includes(part), `${part} in ${latex}`);
  assert.equal(latex.split("\\\\\n").length - 1, 4); // two head lines, two rows
});

Deno.test("Markdown: no cell can leave its place", () => {
  const lines = toMarkdown(TABLE).split("\n");
  assert.equal(lines[2], "| Name | Last (%): argmax | Last (%): tied | Size |");
  assert.equal(lines[4], '| a "b", \\<c\\> \\| #1 | 57.25 ± 0.12 | 10.00 | 1,234,567 |');
  assert.equal(lines[5], "| diverged | diverged at epoch 2 | – | – |");
  assert.match(lines[0] ?? "", /Reduced \(quick profile\)/);
});

Deno.test("HTML: the caption is outside of what scrolls, so that its lines end where the page does", () => {
  const [before, scrolls] = toHTML(TABLE).split('<div style="overflow-x:auto">') as [string, string];
  assert.match(
    before,
    /^<figure .*><figcaption .*>.*Reduced \(quick profile\): 3 of 100 epochs\.<\/figcaption>\s*$/,
  );
  assert.match(scrolls, /^<table [^]*<\/table><\/div><\/figure>/);
});

Deno.test("HTML: escaped, with groups and the label", () => {
  const html = toHTML(TABLE);
  assert.ok(html.includes("&lt;c&gt;") && !html.includes("<c>"));
  assert.ok(html.includes('colspan="2"') && html.includes("Reduced (quick profile)"));
});

Deno.test("HTML: a page keeps every look that a table brings", () => {
  const long = "a heading of more than sixteen letters, over a text of more than thirty";
  const html = toHTML({ ...TABLE, columns: [{ heading: long, format: "text" }], rows: [[long]] });
  const looks = (some: string) =>
    [...some.matchAll(/style="([^"]*)"/g)].map(([, style = ""]) =>
      style.split(";").filter((one) => one !== "")
    );
  assert.ok(looks(html).length >= 5);
  assert.deepEqual(looks(cleanHtml(html)), looks(html));
});

Deno.test("a row that lacks a column's cell is refused in every form, and so are two tables of one name", async () => {
  const short = { ...TABLE, rows: [...TABLE.rows, ["short"]] };
  for (const write of [toCSV, toHTML, toLaTeX, toMarkdown]) {
    assert.throws(() => write(short), /the row "short" has 1 cells, but there are 4 columns/);
  }
  await assert.rejects(
    exportReport({ tables: [TABLE, TABLE], figures: [] }, "nowhere"),
    /two of its tables are named "odd"/,
  );
});

Deno.test("beside many columns a long text is still broken into lines that can be read", async () => {
  const long =
    "+5.28 points against the SNN by tandem learning (ours: norms of every step), no gradient where saturated";
  const numbers = Array.from(
    { length: 9 },
    (_, at) => ({ heading: `Number ${at}`, format: "integer" as const }),
  );
  const html = toHTML({
    ...{ name: "wide", title: "Wide", caption: "", label: "", notes: [] },
    columns: [{ heading: "Measurement", format: "text" }, ...numbers, { heading: long, format: "integer" }],
    rows: [[long, ...numbers.map(() => 1_234_567), 1]],
  });
  try {
    const widths = await withPage({ viewport: { width: 840, height: 600 } }, async (page) => {
      await page.setContent(html);
      return await page.locator("td:first-child, th:last-child").evaluateAll((cells) =>
        cells.map((cell) => cell.getBoundingClientRect().width / 16)
      );
    });
    assert.deepEqual(widths.map((ems) => ems >= 6.5), [true, true], `${widths}`);
    assert.ok((widths[1] ?? 0) >= 13, `the text has ${widths[1]} em`);
  } finally {
    await closeBrowser();
  }
});
