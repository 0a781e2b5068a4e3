import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { ROOT } from "../../lib/paths.ts";
import { JUPYTER_PYTHON, jupyterEnvironment } from "../../setup/jupyter.ts";
import { executeNotebook } from "../../tasks/execute.ts";

const ignore = !existsSync(JUPYTER_PYTHON);

function scratch(): { folder: string; [Symbol.dispose](): void } {
  const folder = mkdtempSync(join(tmpdir(), "weightshare-notebook-"));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

function writeNotebook(folder: string, cells: readonly { source: string; parameters?: true }[]): string {
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: "weightshare-deno", display_name: "Deno (weightshare)", language: "typescript" },
    },
    cells: cells.map(({ source, parameters }, index) => ({
      cell_type: "code",
      id: `cell-${index}`,
      metadata: parameters ? { tags: ["parameters"] } : {},
      execution_count: null,
      outputs: [],
      source,
    })),
  };
  const path = join(folder, "notebook.ipynb");
  writeFileSync(path, JSON.stringify(notebook));
  return path;
}

interface Cell {
  source: string;
  metadata: { tags?: string[]; papermill?: { duration?: number } };
  outputs: { output_type: string; name?: string; text?: string | string[] }[];
}

function cellsOf(path: string): Cell[] {
  return JSON.parse(readFileSync(path, "utf8")).cells;
}

function textOf(cell: Cell | undefined): string {
  return (cell?.outputs ?? []).flatMap(({ text }) => text ?? []).join("");
}

const PARAMETERS = {
  profile: "smoke",
  text: 'a "quoted"\nline \\ é',
  count: -3,
  rate: 1e-7,
  flag: true,
  nothing: null,
  list: [1, "two", null, false],
  table: { "a-b": [0.5], c: { d: null } },
};

Deno.test(
  { name: "a cell's outputs may come seconds after its reply, as on a busy machine", ignore },
  async () => {
    using place = scratch();
    const source =
      "let n = 0; const timer = setInterval(() => { console.log(n); if (++n === 300) clearInterval(timer); }, 20);";
    const output = join(place.folder, "out.ipynb");
    await executeNotebook({
      notebook: writeNotebook(place.folder, [{ source }]),
      kernel: "weightshare-deno",
      output,
    });
    const lines = textOf(cellsOf(output)[0]).trim().split("\n");
    assert.deepEqual(lines, lines.map((_, n) => String(n))); // up to the first quiet quarter of a second
  },
);

for (const kernel of ["weightshare-deno", "weightshare-tslab"]) {
  Deno.test(
    { name: `${kernel}: 5,000 lines and parameters of every type survive papermill`, ignore },
    async () => {
      using place = scratch();
      const names = Object.keys(PARAMETERS);
      const notebook = writeNotebook(place.folder, [
        { parameters: true, source: names.map((name) => `let ${name}: unknown = "default";`).join("\n") },
        { source: `console.log(JSON.stringify({ ${names.map((name) => `${name}: ${name}`).join(", ")} }));` },
        { source: 'for (let i = 0; i < 5000; i++) console.log("line " + i);' },
        { source: "let quiet = 1;" },
      ]);
      const output = join(place.folder, "out.ipynb");
      const log: string[] = [];
      await executeNotebook({
        notebook,
        kernel,
        parameters: PARAMETERS,
        output,
        log: (line) => log.push(line),
      });
      const [, injected, echoed, lines, quiet] = cellsOf(output);
      assert.deepEqual(injected?.metadata.tags, ["injected-parameters"]);
      assert.deepEqual(injected?.outputs, []);
      assert.deepEqual(JSON.parse(textOf(echoed)), PARAMETERS);
      assert.equal(textOf(lines), Array.from({ length: 5000 }, (_, index) => `line ${index}\n`).join(""));
      assert.equal(lines?.outputs.length, 1);
      assert.ok((quiet?.metadata.papermill?.duration ?? Infinity) < 1);
      assert.equal(log.length, 5);
      assert.match(log.at(-1) ?? "", /^notebook\.ipynb: cell 5\/5 \.\.\. \d+\.\d s$/);
    },
  );

  Deno.test({ name: `${kernel}: a failing cell is quoted with its error`, ignore }, async () => {
    using place = scratch();
    const notebook = writeNotebook(place.folder, [{ source: "let x = 1;" }, {
      source: 'throw new RangeError("too far");',
    }]);
    const output = join(place.folder, "out.ipynb");
    await assert.rejects(
      executeNotebook({ notebook, kernel, output }),
      /code cell 2 of 2 failed; [^]*throw new RangeError[^]*! .*RangeError: too far/,
    );
  });
}

Deno.test({ name: "a kernel that dies ends the run, and the cell is named", ignore }, async () => {
  using place = scratch();
  const source =
    'process.kill(process.pid, "SIGKILL"); await new Promise((resolve) => setTimeout(resolve, 9000));';
  const notebook = writeNotebook(place.folder, [{ source: "let x = 1;" }, { source }]);
  const output = join(place.folder, "out.ipynb");
  await assert.rejects(executeNotebook({ notebook, output }), /the kernel died in code cell 2 of 2/);
});

const TRANSLATE = `
import papermill
from weightshare_papermill.translator import TypeScript as t
print(t.codify({"a": float("inf"), "b": float("nan"), "c": (1, {2: "x"}), "d": "\\u2028"}), end="")
print([(p.name, p.inferred_type_name, p.default, p.help) for p in t.inspect({"source": 'let n: number = 3; // how many\\nlet p = "quick"'})])`;

Deno.test({ name: "parameters become TypeScript, and a parameters cell is read", ignore }, () => {
  const said = spawnSync(JUPYTER_PYTHON, ["-c", TRANSLATE], {
    encoding: "utf8",
    env: jupyterEnvironment(),
  });
  assert.equal(
    said.stdout,
    '// Parameters\na = Infinity;\nb = NaN;\nc = [1, {"2": "x"}];\nd = "\\u2028";\nvoid 0;\n' +
      `[('n', 'number', '3', 'how many'), ('p', 'None', '"quick"', '')]\n`,
    said.stderr,
  );
});

Deno.test(
  { name: "a notebook without parameters runs at every profile and refuses parameters", ignore },
  async () => {
    using place = scratch();
    const notebook = writeNotebook(place.folder, [{ source: 'console.log("ran");' }]);
    const output = join(place.folder, "out.ipynb");
    await executeNotebook({ notebook, output, profile: "smoke" });
    assert.equal(textOf(cellsOf(output)[0]), "ran\n");
    const { metadata } = JSON.parse(readFileSync(output, "utf8"));
    assert.equal(metadata.papermill.input_path, relative(ROOT, notebook)); // no path of this machine
    await assert.rejects(
      executeNotebook({ notebook, output, parameters: { width: 2 } }),
      /^UsageError: Setting "width" .*it has no parameters; leave -p width away/,
    );
  },
);

Deno.test("a notebook that is not there, or an unknown kernel, is wrong usage", async () => {
  await assert.rejects(
    executeNotebook({ notebook: "nowhere.ipynb" }),
    /^UsageError: .*there is no such file/,
  );
  await assert.rejects(
    executeNotebook({ notebook: JUPYTER_PYTHON, kernel: "python3" }),
    /^UsageError|no such file/,
  );
});

Deno.test({
  name: "papermill starts without building the grammar of IRIs, which had taken three of its seconds",
  ignore,
  fn() {
    const script =
      "import papermill, sys; print([name for name in sys.modules if name.startswith(('rfc3987_syntax', 'lark'))])";
    const { status, stdout } = spawnSync(JUPYTER_PYTHON, ["-c", script], { encoding: "utf8" });
    assert.deepEqual([status, stdout.trim()], [0, "[]"]);
  },
});
