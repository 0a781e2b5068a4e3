import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../lib/paths.ts";
import { joinText, readNotebook } from "../lib/report/notebook_file.ts";
import { KERNEL_NAMES } from "../setup/steps/kernelspecs.ts";
import { executeNotebook } from "../tasks/execute.ts";

interface Example {
  /** The file whose documentation it is in. */
  file: string;
  code: string;
}

/** Every example of the documentation: what stands between ```ts and ``` in a comment of lib. */
function examples(): Example[] {
  const files = readdirSync(join(ROOT, "lib"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.startsWith("dist")).sort();
  return files.flatMap((file) => {
    const text = readFileSync(join(ROOT, "lib", file), "utf8");
    return [...text.matchAll(/^ \* ```ts\n((?: \*.*\n)*?) \* ```$/gm)].map(([, lines = ""]) => ({
      file,
      code: lines.replace(/^ \* ?/gm, "").trimEnd(),
    }));
  });
}

/** What an example says it prints, by line: "// 0.01 0.005 0" behind a console.log. */
function expected({ code }: Example): string[] {
  return [...code.matchAll(/console\.log\(.*\); \/\/ ([-\d][-\d. ]*\d)$/gm)].map(([, words]) =>
    words as string
  );
}

function notebookOf(all: readonly Example[]): string {
  const cells = all.map(({ code }) => ({
    cell_type: "code",
    metadata: {},
    execution_count: null,
    outputs: [],
    source: code,
  }));
  return JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 4 });
}

Deno.test("every example of the documentation runs as a cell on both kernels, and prints what it says", async () => {
  const all = examples();
  assert.ok(all.length >= 10, `${all.length} examples`);
  const base = join(ROOT, "results");
  mkdirSync(base, { recursive: true });
  const folder = mkdtempSync(join(base, "examples-"));
  try {
    const notebook = join(folder, "examples.ipynb");
    writeFileSync(notebook, notebookOf(all));
    for (const kernel of KERNEL_NAMES) {
      const output = join(folder, `${kernel}.ipynb`);
      await executeNotebook({ notebook, kernel, output, environment: { WEIGHTSHARE_RESULTS: folder } });
      const { cells } = readNotebook(output);
      const printed = cells.filter(({ cell_type }) => cell_type === "code")
        .map(({ outputs = [] }) => outputs.map(({ text }) => joinText(text)).join(""));
      for (const [index, example] of all.entries()) {
        for (const words of expected(example)) {
          assert.ok(printed.at(index - all.length)?.includes(words), `${kernel}, ${example.file}: ${words}`);
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
