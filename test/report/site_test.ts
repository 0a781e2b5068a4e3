import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { closeBrowser, withPage } from "../../lib/report/browser.ts";
import { makeSite } from "../../lib/report/site.ts";
import type { Table } from "../../lib/report/table.ts";

const CLAIMS: Table = {
  ...{ name: "claims", title: "Claims", caption: "What was measured.", label: "", notes: [] },
  columns: [{ heading: "Claim", format: "text" }],
  rows: [["beats <all>"]],
};
const PLOT = {
  output_type: "display_data",
  data: {
    "application/vnd.plotly.v1+json": {
      data: [{ x: [1, 2], y: [3, 4] }],
      layout: { width: 300, height: 200 },
    },
    "image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
  },
};

/** A site of two notebooks, the second with a figure far below. */
function siteIn(folder: string) {
  const notebooks = [["01-words", []], ["02-figure", [PLOT]]].map(([name, outputs]) => {
    const prose = { cell_type: "markdown", source: `# About ${name}\n\n${"word\n\n".repeat(200)}## Then` };
    const cells = [prose, { cell_type: "code", source: "1", outputs }];
    writeFileSync(join(folder, `${name}.ipynb`), JSON.stringify({ cells, nbformat: 4 }));
    return join(folder, `${name}.ipynb`);
  });
  const sizes = [
    { title: "Few <images>", runs: 1, reduced: ["width × 0.25", "3 of 100 epochs"] },
    { title: "Whole", runs: 3, reduced: [] },
  ];
  return makeSite({
    title: "A site",
    facts: ["Profile quick.", "Failed: x."],
    claims: CLAIMS,
    sizes,
    notebooks,
  });
}

function withFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "site-"));
  const done = () => rmSync(folder, { recursive: true });
  const result = use(folder);
  if (result instanceof Promise) return result.finally(done) as T;
  done();
  return result;
}

Deno.test("site: claims first, sizes folded, a page a notebook that leads to all others", () => {
  const site = withFolder(siteIn);
  assert.deepEqual(site.map(({ name }) => name), ["index.html", "01-words.html", "02-figure.html"]);
  const [index, words, figure] = site.map(({ html }) => html) as [string, string, string];
  assert.ok(index.indexOf("beats &lt;all&gt;") < index.indexOf("How big these runs are"));
  const line = /4 runs of 2 experiments, 1 of them reduced: <a href="#(\w+)">/.exec(index);
  assert.ok(line !== null && line.index < index.indexOf("beats &lt;all&gt;"));
  assert.ok(index.includes(`id="${line[1]}"`));
  assert.match(
    index,
    /<details><summary><b>Few &lt;images&gt;<\/b>: 1 run, width × 0\.25, \.\.\.<\/summary>/,
  );
  assert.match(index, /<p class="size"><b>Whole<\/b>: 3 runs, nothing reduced<\/p>/);
  assert.match(index, /<p class="fact failed">Failed: x\.<\/p>/);
  for (const html of [index, words]) assert.match(html, /<a href="02-figure\.html">About 02-figure<\/a>/);
  assert.match(words, /<li aria-current="page">About 01-words<\/li>/);
  assert.match(words, /<a href="index\.html">Claims<\/a>/);
  assert.equal(words.match(/<h1/g)?.length, 1, "a notebook's heading is not said twice");
  assert.ok(!words.includes('id="plotly"') && figure.includes('<script type="text/plain" id="plotly">'));
});

Deno.test({
  name:
    "site: a page opens without running the plots' library, which a figure that comes near starts; nothing overflows",
  ...{ sanitizeOps: false, sanitizeResources: false },
  fn: () =>
    withFolder(async (folder) => {
      for (const { name, html } of siteIn(folder)) writeFileSync(join(folder, name), html);
      try {
        for (const width of [1280, 390]) {
          await withPage({ viewport: { width, height: 800 } }, async (page) => {
            await page.goto(pathToFileURL(join(folder, "02-figure.html")).href);
            assert.equal(await page.evaluate("typeof window.Plotly"), "undefined");
            assert.equal(await page.evaluate("document.querySelector('nav details').open"), width > 1000);
            await page.evaluate("document.querySelector('figure').scrollIntoView()");
            await page.waitForSelector("figure .plot .main-svg");
            assert.equal(await page.evaluate("document.documentElement.scrollWidth"), width);
          });
        }
      } finally {
        await closeBrowser();
      }
    }),
});
