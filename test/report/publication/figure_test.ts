import assert from "node:assert/strict";
import { closeBrowser } from "../../../lib/report/browser.ts";
import type { Figure } from "../../../lib/report/figure.ts";
import { plot } from "../../../lib/report/plot.ts";
import { accuracyOverTime, exampleImages } from "../../../lib/report/proxy/mod.ts";
import { figureEnvironment } from "../../../lib/report/publication/figure_environment.ts";
import { styleOf, STYLES } from "../../../lib/report/publication/style.ts";
import { styledFigure } from "../../../lib/report/publication/styled_figure.ts";
import { render, renderSvg } from "../../../lib/report/render.ts";
import { record, tableRecords } from "../records.ts";
import { HOSTILE } from "./table.ts";

/** Chromium is a process of its own that other tests may share. */
const browser = { sanitizeOps: false, sanitizeResources: false };
/** Of a PDF, in points. */
const POINTS_PER_MILLIMETRE = 72 / 25.4;

function lines(count: number, points: number): Figure {
  const x = Array.from({ length: points }, (_, at) => at + 1);
  const colours = ["#0072B2", "#D55E00", "#009E73"];
  return plot(
    "Lines",
    Array.from({ length: count }, (_, at) => ({
      ...{ type: "scatter", mode: "lines", x, y: x.map((value) => value * (at + 1)), name: `line ${at}` },
      line: { color: colours[at % 3], width: 3 },
    })),
    { x: "Steps", y: "Value (%)", caption: "What is shown." },
  );
}

/** What tells the traces of a figure apart in print without colour. */
function cuesOf({ data }: Figure): string[] {
  const traces = data as {
    mode?: string;
    marker?: { symbol?: string };
    line?: { dash?: string };
    showlegend?: boolean;
  }[];
  return traces.filter(({ showlegend }) => showlegend !== false)
    .map(({ marker, line }) => `${marker?.symbol} ${line?.dash}`);
}

Deno.test({
  name:
    "a styled figure is as wide as its column, all text of the style's size, no title, no grid; drawn twice the same bytes",
  ...browser,
  async fn() {
    const figure = styledFigure(accuracyOverTime(tableRecords()), STYLES.nature);
    const { svg, pdf } = await render(figure);
    const [, w] = /\/MediaBox\s*\[\s*0 0 ([\d.]+)/.exec(new TextDecoder("latin1").decode(pdf)) ?? [];
    const millimetres = Number(w) / POINTS_PER_MILLIMETRE;
    assert.ok(millimetres <= 89 && millimetres > 88.6, `${millimetres} mm`);
    const sizes = new Set(
      [...svg.matchAll(/font-size: ?([\d.]+)px/g)].map(([, size]) => Math.round(75 * Number(size)) / 100),
    );
    assert.deepEqual([...sizes], [7]);
    assert.doesNotMatch(svg, /class="(gtitle|[xy]grid crisp)"/);
    assert.match(
      svg,
      /^<svg role="img"[^>]*><title>Accuracy against the number of time steps<\/title><desc>[^<]+<\/desc>/,
    );
    await closeBrowser();
    const again = await render(figure);
    assert.equal(again.svg, svg);
    assert.deepEqual(again.pdf, pdf);
    await closeBrowser();
  },
});

Deno.test({
  name: "words of a figure cannot leave its title, description or caption",
  ...browser,
  async fn() {
    const figure = { ...lines(2, 4), title: "<script>&", caption: `</desc>${HOSTILE}` };
    const svg = await renderSvg(styledFigure(figure, STYLES.ieee));
    assert.match(svg, /<title>&lt;script&gt;&amp;<\/title><desc>&lt;\/desc&gt;/);
    assert.match(
      figureEnvironment(figure, STYLES.nature),
      /\\caption\{\\textless\{\}script\\textgreater\{\}\\&\. /,
    );
    await closeBrowser();
  },
});

Deno.test("lines of different colours have markers of different shapes, long ones at a few points", () => {
  for (const points of [4, 500]) {
    const figure = styledFigure(lines(3, points), STYLES.nature);
    assert.deepEqual(new Set(cuesOf(figure)).size, 3);
    const marked = figure.data.filter((trace) => (trace as { mode?: string }).mode?.includes("markers"));
    for (const trace of marked) assert.ok((trace as { x: unknown[] }).x.length <= 16);
  }
  assert.equal(styledFigure(lines(1, 4), STYLES.nature).data.length, 1);
});

Deno.test("bars are hatched where the publisher allows patterns", () => {
  const bars = (style: keyof typeof STYLES) => {
    const data = ["a", "b"].map((name) => ({
      type: "bar",
      name,
      x: ["p", "q"],
      y: [1, 2],
      marker: { color: "#0072B2" },
    }));
    const figure = styledFigure(plot("Bars", data, { x: "", y: "" }), STYLES[style]);
    return figure.data.map((trace) =>
      (trace as { marker: { pattern?: { shape: string } } }).marker.pattern?.shape
    );
  };
  assert.deepEqual(bars("nature"), [undefined, undefined]);
  assert.deepEqual(bars("ieee"), ["", "/"]);
});

Deno.test("many panels take the page, another column is as wide as asked, the original stays as it was", () => {
  const figure = exampleImages(record({ target: 1 }));
  const before = JSON.stringify(figure);
  assert.equal(styledFigure(figure, STYLES.nature).layout.width, Math.floor(183 / 25.4 * 96));
  assert.match(figureEnvironment(figure, STYLES.nature), /\\begin\{figure\*\}/);
  assert.equal(JSON.stringify(figure), before);
  const narrow = styledFigure(lines(2, 4), styleOf("nature", "60mm"));
  assert.equal(narrow.layout.width, Math.floor(60 / 25.4 * 96));
  assert.match(figureEnvironment(narrow, STYLES.acm), /\\begin\{figure\}\n[\s\S]*\\Description\{Lines\}/);
});
