import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../lib/paths.ts";
import { formatTask } from "../../tasks/format.ts";

/** `deno fmt --check` finds fault with every notebook that it has not written itself, so a copy is formatted instead. */
Deno.test("every notebook is formatted", () => {
  const folder = mkdtempSync(join(tmpdir(), "weightshare-format-"));
  try {
    cpSync(join(ROOT, "notebooks"), folder, { recursive: true });
    const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
    const options = formatTask.plan().flat().filter((word) => word.startsWith("--"));
    assert.ok(names.length >= 8 && options.length >= 3);
    const { status, stderr } = spawnSync(Deno.execPath(), ["fmt", ...options, ...names], {
      ...{ cwd: folder, encoding: "utf8" },
    });
    assert.equal(status, 0, stderr);
    for (const name of names) {
      const [ours, formatted] = [join(ROOT, "notebooks"), folder].map((at) =>
        readFileSync(join(at, name), "utf8")
      );
      assert.equal(ours, formatted, `${name} is not formatted: run "deno task format"`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
