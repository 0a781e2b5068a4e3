import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../lib/paths.ts";

interface Notebook {
  cells: { cell_type: string; source: string | string[] }[];
  metadata: { kernelspec?: { name?: string } };
}

const NOTEBOOKS = readdirSync(join(ROOT, "notebooks")).filter((name) => name.endsWith(".ipynb"));

/** What the type checker has against a program, in a file of its own inside the checkout. */
function check(program: string): string {
  const folder = mkdtempSync(join(ROOT, "notebooks", "cells-"));
  try {
    writeFileSync(join(folder, "cells.ts"), `${program}\nexport {};\n`);
    const { status, stderr } = spawnSync(Deno.execPath(), ["check", "--quiet", join(folder, "cells.ts")], {
      ...{ cwd: ROOT, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } },
    });
    return status === 0 ? "" : stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const name of NOTEBOOKS) {
  const notebook: Notebook = JSON.parse(readFileSync(join(ROOT, "notebooks", name), "utf8"));

  Deno.test(`${name}: its cells type-check as one program`, () => {
    const cells = notebook.cells.filter((cell) => cell.cell_type === "code");
    const program = cells.map(({ source }) => [source].flat().join("")).join("\n");
    assert.match(
      check(`${program}\nconst wrong: number = "text";`),
      /TS2322/,
      "the check must be able to fail",
    );
    assert.equal(check(program), "");
  });

  Deno.test(`${name}: it names its kernel, and no shorthand property breaks it on tslab`, () => {
    assert.equal(notebook.metadata.kernelspec?.name, "weightshare-deno");
    for (const { cell_type, source } of notebook.cells) {
      if (cell_type === "code") assert.doesNotMatch([source].flat().join(""), /[{,]\s*profile\s*[,}]/);
    }
  });
}
