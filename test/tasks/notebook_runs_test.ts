import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { ROOT } from "../../lib/paths.ts";
import { executeTask } from "../../tasks/execute.ts";
import { labTask } from "../../tasks/lab.ts";
import { planOf } from "../../tasks/task.ts";

const PROXY = join(ROOT, "notebooks", "01-proxy-learning-fashion-mnist.ipynb");

function inFolder(test: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "weightshare-runs-"));
  try {
    test(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A notebook whose parameters cell is `source`. */
function notebookAt(path: string, source: string): string {
  mkdirSync(join(path, ".."), { recursive: true });
  const cell = { cell_type: "code", source, outputs: [], metadata: { tags: ["parameters"] } };
  writeFileSync(path, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] }));
  return path;
}

const plan = (...args: string[]) => planOf(executeTask, args) ?? assert.fail("help");
const outputs = (...args: string[]) => plan(...args).map(({ output }) => output);
const refused = (args: string[], pattern: RegExp) => assert.throws(() => plan(...args), pattern);

Deno.test("the command line of execute is read: values as JSON, pairs, kernels, an output", () => {
  inFolder((folder) => {
    const notebook = notebookAt(
      join(folder, "a.ipynb"),
      "let n = 1, name = '';\n let on: boolean = false;",
    );
    const output = join(folder, "out.ipynb");
    const args = ["-p", "n", "-3", notebook, "-p", "name", "x = y", "-p", "on", "true"];
    const parameters = { n: -3, name: "x = y", on: true };
    assert.deepEqual(plan(...args, "-k", "weightshare-tslab", "-o", output), [
      { notebook, kernel: "weightshare-tslab", parameters, output },
    ]);
    assert.equal(plan(notebook, "-k", "weightshare-tslab", "-k", "weightshare-deno").length, 2);
  });
});

Deno.test("what a notebook cannot be given is refused with the names it knows", () => {
  inFolder((folder) => {
    const notebook = notebookAt(
      join(folder, "a.ipynb"),
      "let profile = 'quick'; let count: { a: 1 } = f(`\nlet no = 1`);\nconst fixed = 1;",
    );
    for (
      const name of [
        "counts",
        "fixed",
        "no",
        "2x",
        "a b",
        "class",
        "constructor",
        "__proto__",
        "toString",
        "",
      ]
    ) {
      refused([notebook, "-p", name, "1"], /^UsageError: .*(use one of profile, count|NAME VALUE)\.$/);
    }
    refused([notebook, "-p", "count=3", "1"], /write -p NAME VALUE/);
    refused([notebook, "-p", "count"], /write -p NAME VALUE/);
    refused([notebook, "-p", "count", "1", "-p", "count", "2"], /-p count: it is given twice/);
    refused([notebook, "-p", "profile", "fast"], /"fast" is unknown/);
    const bare = notebookAt(join(folder, "bare.ipynb"), "// nothing");
    refused([bare, "-p", "width", "2"], /it has no parameters; leave -p width away/);
  });
});

Deno.test("notebooks of one name, and one notebook with other values, have outputs of their own", () => {
  inFolder((folder) => {
    const [x, y] = ["x", "y"].map((name) =>
      notebookAt(join(folder, name, "run.ipynb"), "let T = 1; let profile = '';")
    ) as [string, string];
    const all = [...outputs(x, y), ...outputs(x, "-p", "T", "3"), ...outputs(x, "-p", "T", "2")];
    assert.equal(new Set(all).size, 4, all.join("\n"));
    assert.deepEqual(outputs(x, "-p", "T", "3"), outputs(x, "-p", "T", "3"));
    const [project] = outputs(PROXY, "-p", "profile", "smoke");
    assert.match(
      project as string,
      /notebooks.smoke.weightshare-deno.01-proxy-learning-fashion-mnist\.ipynb$/,
    );
    assert.equal(basename(project as string), basename(PROXY));
    refused([x, x], /is given twice/);
    refused([x, "-k", "weightshare-deno", "-k", "weightshare-deno"], /is given twice/);
    refused([x, y, "-o", join(folder, "out.ipynb")], /exactly one notebook and one kernel/);
    refused([x, "-o", x], /would replace the notebook itself/);
  });
});

Deno.test("an output that cannot be written is refused before a kernel starts", () => {
  inFolder((folder) => {
    refused([PROXY, "-o", folder], /^UsageError: Writing to .*: it is a folder; name a file\.$/);
    refused([PROXY, "-o", "/dev/full"], /it is no file; name a file/);
    writeFileSync(join(folder, "file"), "");
    refused([PROXY, "-o", join(folder, "file", "out.ipynb")], /file is no folder/);
    refused([PROXY, "-o", "/proc/here/out.ipynb"], /\/proc cannot be written/);
    refused([PROXY, "-o", ""], /is no path/);
    refused([folder], /it is a folder/);
    refused([join(folder, "nowhere.ipynb")], /there is no such file/);
    refused([PROXY, "-o", "a.ipynb", "-o", "b.ipynb"], /--output is given twice/);
    refused([PROXY, "-k", "python3"], /"python3" is unknown; use weightshare-deno or weightshare-tslab/);
    refused(["--fast"], /unknown option '--fast'; see deno task execute --help/);
  });
});

Deno.test("the command line of lab is read", () => {
  assert.deepEqual(planOf(labTask, ["--port", "9000", "--no-browser"]), { port: 9000, browser: false });
  assert.deepEqual(planOf(labTask, []), { browser: true });
  for (const port of ["many", "0", "65536", "1.5", "0x10", ""]) {
    assert.throws(() => planOf(labTask, ["--port", port]), /^UsageError: Reading --port .*from 1 to 65535/);
  }
  assert.throws(() => planOf(labTask, ["--fast"]), /^UsageError: .*unknown option '--fast'/);
  assert.throws(() => planOf(labTask, ["here"]), /^UsageError: .*too many arguments/);
});
