import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../lib/errors.ts";
import { show } from "../../lib/notebook/show.ts";
import { ROOT } from "../../lib/paths.ts";
import { plot } from "../../lib/report/plot.ts";
import { tableOf } from "../../lib/report/table_of.ts";
import { KERNEL_NAMES } from "../../setup/steps/kernelspecs.ts";
import { executeNotebook } from "../../tasks/execute.ts";

const CELL = `import { plot, show } from "weightshare";
const traces = [1, 2].map((k) => ({ x: [-1, 0, 1], y: [0, 0, k], name: "slope " + k, line: { color: k === 1 ? "#0072B2" : "#D55E00" }, type: "scatter", mode: "lines" }));
await show(plot("Two ReLUs", traces, { x: "Input", y: "Output", caption: "Their outputs." }), { style: "nature", width: "60mm" });`;

interface Output {
  data?: Record<string, string | string[] | { layout: { width: number; title?: object } }>;
}

Deno.test("show draws a figure in a publication's style, the same on both kernels", async () => {
  mkdirSync(join(ROOT, "results"), { recursive: true });
  const folder = mkdtempSync(join(ROOT, "results", "style-"));
  try {
    const notebook = join(folder, "style.ipynb");
    const cell = { cell_type: "code", metadata: {}, execution_count: null, outputs: [], source: CELL };
    writeFileSync(notebook, JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 4 }));
    const drawings: string[] = [];
    for (const kernel of KERNEL_NAMES) {
      const output = join(folder, `${kernel}.ipynb`);
      await executeNotebook({ notebook, kernel, output });
      const { cells } = JSON.parse(readFileSync(output, "utf8")) as { cells: { outputs: Output[] }[] };
      const [figure, caption] = cells[0]?.outputs.map(({ data }) => data) ?? [];
      const { layout } = figure?.["application/vnd.plotly.v1+json"] as {
        layout: { width: number; title?: object };
      };
      assert.deepEqual([layout.width, layout.title], [226, undefined], kernel);
      assert.match([caption?.["text/plain"]].flat().join(""), /^Two ReLUs\. Their outputs\.$/, kernel);
      drawings.push([figure?.["image/svg+xml"]].flat().join(""));
    }
    assert.equal(new Set(drawings).size, 1);
    assert.match(drawings[0] ?? "", /<title>Two ReLUs<\/title>/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

Deno.test("show refuses an unknown style, a width that no page has, and a style of what has none", async () => {
  const figure = plot("A line", [{ x: [0, 1], y: [0, 1] }], { x: "", y: "" });
  const refused = (thing: unknown, options: object, message: RegExp) =>
    assert.rejects(
      show(thing as never, options),
      (error) => error instanceof UsageError && message.test(error.message),
    );
  await refused(figure, { style: "science" }, /it is unknown; use one of nature, ieee, acm, slide\./);
  await refused(figure, { style: "nature", width: "0mm" }, /it must be a number with its unit/);
  await refused(figure, { width: "89mm" }, /give its style, too/);
  await refused(tableOf("A table", [{ A: 1 }]), { style: "nature" }, /only figures have one/);
});
