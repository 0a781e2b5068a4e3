import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { show } from "../../lib/notebook/show.ts";
import { UsageError } from "../../lib/errors.ts";
import { ROOT } from "../../lib/paths.ts";
import { KERNEL_NAMES } from "../../setup/steps/kernelspecs.ts";
import { executeNotebook } from "../../tasks/execute.ts";

const CELL = `import { createNetwork, layersOf } from "weightshare/models";
createNetwork({ input: [4, 4, 1], layers: layersOf("4C3-P2-P2-P2-10") }, 1);`;
const SENTENCE = "UsageError: Building the network: maxpool3 has size 2, but its input is 1 x 1 x 4; " +
  "take a smaller window or fewer pooling layers.";

function notebookOf(source: string): string {
  const cell = { cell_type: "code", metadata: {}, execution_count: null, outputs: [], source };
  return JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 4 });
}

Deno.test("what a cell does wrong is told in one sentence on both kernels, without a line of ours", async () => {
  mkdirSync(join(ROOT, "results"), { recursive: true });
  const folder = mkdtempSync(join(ROOT, "results", "errors-"));
  try {
    const notebook = join(folder, "wrong.ipynb");
    writeFileSync(notebook, notebookOf(CELL));
    for (const kernel of KERNEL_NAMES) {
      const output = join(folder, `${kernel}.ipynb`);
      const error = await executeNotebook({ notebook, kernel, output }).then(
        () => undefined,
        (thrown) => thrown,
      );
      const told = String(error?.message).split("\n").filter((line) => line.includes("! ")).map((line) =>
        line.replace(/^\s*! ?/, "").replace(/^Uncaught /, "").trimEnd()
      );
      assert.equal(told[0], SENTENCE, `${kernel}: ${error?.message}`);
      for (const line of told.slice(1)) assert.doesNotMatch(line, /lib|node_modules|file:|node:/, kernel);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

Deno.test("show refuses what it cannot show, and says what it can", async () => {
  for (const thing of [undefined, null, 4, "table", {}, [1], [{ pixels: "" }]]) {
    await assert.rejects(
      show(thing as never),
      (error) =>
        error instanceof UsageError && /^Showing \w+: it is no figure, table or list of/.test(error.message),
    );
  }
});
