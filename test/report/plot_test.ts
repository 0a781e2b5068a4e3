import assert from "node:assert/strict";
import { plot } from "../../lib/report/plot.ts";
import { renderSvg } from "../../lib/report/render.ts";
import { closeBrowser } from "../../lib/report/browser.ts";

Deno.test("a plot draws its traces between worded axes, typed arrays too", async () => {
  const y = Float32Array.of(1, 4);
  const figure = plot("Growth", [{ x: [1, 2], y, name: "squares" }, {
    x: [1, 2],
    y: [1, 2],
    name: "numbers",
  }], {
    ...{ x: "Time (s)", y: "Size (m)", yaxis: { type: "log" }, caption: "Made up." },
  });
  assert.deepEqual(JSON.parse(JSON.stringify(figure.data))[0].y, [1, 4]);
  assert.equal(figure.layout["showlegend"], true);
  assert.equal((figure.layout["yaxis"] as Record<string, unknown>)["type"], "log");
  try {
    const svg = await renderSvg(figure);
    for (const words of ["Growth", "Time (s)", "Size (m)", "squares", "numbers"]) {
      assert.ok(svg.includes(words), words);
    }
  } finally {
    await closeBrowser();
  }
});
