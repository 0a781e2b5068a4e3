import assert from "node:assert/strict";
import { closeBrowser, withPage } from "../../lib/report/browser.ts";
import { type Figure, look, WIDEST } from "../../lib/report/figure.ts";
import { legendAtRight } from "../../lib/report/legend_at_right.ts";
import { renderSvg } from "../../lib/report/render.ts";

const LONG = "converted SNN (99.9-percentile, soft reset, membrane from 0.5, maximum of spikes, counts read)";

function withNames(names: string[], title: string): Figure {
  return legendAtRight({
    ...{ name: "legend", title, caption: "", label: "" },
    data: names.map((name, at) => ({
      type: "scatter",
      x: [1, 2],
      y: [at, 2],
      name,
      legendgroup: String(at),
    })),
    layout: look(title, "Reduced: " + "all is reduced, ".repeat(20), { width: WIDEST, height: 400 }),
  });
}

Deno.test("a figure's legend, title and label lie within it, however long and many the names are", async () => {
  try {
    for (const names of [["SNN by proxy"], Array(14).fill(LONG).map((name, at) => `${name} ${at}`)]) {
      const figure = withNames(names, `Firing rates: ${LONG}, ${LONG}`);
      const svg = await renderSvg(figure);
      const { boxes, shown } = await withPage({ viewport: { width: 1000, height: 3000 } }, async (page) => {
        await page.setContent(`<body style="margin:0">${svg}`);
        const boxes = await page.locator("text").evaluateAll((texts) =>
          texts.map((text) => {
            const { left, right, top, bottom } = text.getBoundingClientRect();
            return { left, right, top, bottom, words: String(text.textContent) };
          })
        );
        const entries = await page.locator(".legend .traces").last().boundingBox();
        const shown = await page.locator(".legend .bg").boundingBox(); // what does not fit is scrolled to
        return { boxes, shown: [entries, shown].map((box) => (box?.y ?? NaN) + (box?.height ?? NaN)) };
      });
      const { width, height } = figure.layout;
      const [entries, legend] = shown as [number, number];
      assert.ok(entries <= legend, `entries end at ${entries}, the legend at ${legend}`);
      assert.ok(boxes.length > names.length);
      for (const { left, right, top, bottom, words } of boxes) {
        assert.ok(left >= 0 && right <= width && top >= 0 && bottom <= height, `"${words}" is cut`);
      }
      const said = boxes.map(({ words }) => words).join(" ").replace(/\s+/g, "");
      for (const name of names) assert.ok(said.includes(name.replace(/\s+/g, "")), `"${name}" is missing`);
      assert.ok(said.includes(figure.title.replace(/\s+/g, "")), "the title");
    }
  } finally {
    await closeBrowser();
  }
});
