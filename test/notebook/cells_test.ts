import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type TypeScript from "typescript";
import { ROOT } from "../../lib/paths.ts";

const ts = createRequire(import.meta.url)("typescript") as typeof TypeScript;

interface Notebook {
  cells: { cell_type: string; source: string | string[]; metadata?: { tags?: string[] } }[];
  metadata: { kernelspec?: { name?: string } };
}

const NOTEBOOKS: [name: string, notebook: Notebook][] = readdirSync(join(ROOT, "notebooks"))
  .filter((name) => name.endsWith(".ipynb"))
  .map((name) => [name, JSON.parse(readFileSync(join(ROOT, "notebooks", name), "utf8"))]);

/** A notebook's code, cell after cell; what a cell ends in has to be void, as kernels print any other value raw. */
function programOf({ cells }: Notebook): string {
  const code = cells.filter(({ cell_type }) => cell_type === "code");
  const sources = code.map(({ source }, index) => endedInVoid([source].flat().join(""), `cell${index}`));
  return `${sources.join("\n")}\nexport {};\n`;
}

/** A cell's source whose last statement, if it is an expression, is the value of a variable without one. */
function endedInVoid(source: string, name: string): string {
  const last = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.Latest).statements.at(-1);
  if (last === undefined || !ts.isExpressionStatement(last)) return source;
  const start = source.length - source.slice(last.pos).trimStart().length;
  return `${source.slice(0, start)}const ${name}: void = ${source.slice(start)}`;
}

/** What the type checker has against programs, each in a file of its own inside the checkout: all at once, as that takes long. */
function check(programs: Record<string, string>): string {
  const folder = mkdtempSync(join(ROOT, "notebooks", "cells-"));
  try {
    for (const [file, program] of Object.entries(programs)) writeFileSync(join(folder, file), program);
    const { stderr } = spawnSync(Deno.execPath(), ["check", "--quiet", ...Object.keys(programs)], {
      ...{ cwd: folder, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } },
    });
    return stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

Deno.test("the cell that sets a notebook's profile is tagged, so that headless runs can choose it", () => {
  for (const [name, { cells }] of NOTEBOOKS) {
    const sets = cells.filter(({ source }) => /^let profile\b/m.test([source].flat().join("")));
    for (const { metadata } of sets) assert.ok(metadata?.tags?.includes("parameters"), name);
  }
});

Deno.test("the cells of every notebook type-check as one program", () => {
  const programs = NOTEBOOKS.map(([name, notebook]) =>
    [name.replace(".ipynb", ".ts"), programOf(notebook)] as const
  );
  const wrong = programs.map(([file, program]) => [`wrong-${file}`, `const wrong: number = "";${program}`]);
  const complaints = check(Object.fromEntries([...programs, ...wrong]));
  const blamed = [...complaints.matchAll(/at file:\S*\/(\S+\.ts):1:7$/gm)].map(([, file]) => file);
  assert.deepEqual(blamed.toSorted(), wrong.map(([file]) => file).toSorted(), complaints);
  assert.match(complaints, new RegExp(`Found ${wrong.length} errors`), complaints);
});

for (const [name, notebook] of NOTEBOOKS) {
  Deno.test(`${name}: it names its kernel, and no shorthand property breaks it on tslab`, () => {
    assert.equal(notebook.metadata.kernelspec?.name, "weightshare-deno");
    for (const { cell_type, source } of notebook.cells) {
      if (cell_type === "code") assert.deepEqual(foreignShorthands([source].flat().join("")), []);
    }
  });
}

/** Shorthand properties of another cell's variables: tslab puts those into an object of its own, and "{ width }" does not find it. */
function foreignShorthands(source: string): string[] {
  const declared = new Set<string>();
  const used: string[] = [];
  const visit = (node: TypeScript.Node) => {
    if (ts.isShorthandPropertyAssignment(node)) used.push(node.name.text);
    if (ts.isVariableDeclaration(node) || ts.isBindingElement(node) || ts.isParameter(node)) {
      if (ts.isIdentifier(node.name)) declared.add(node.name.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("cell.ts", source, ts.ScriptTarget.Latest));
  return used.filter((name) => !declared.has(name));
}

Deno.test("a shorthand property is found where its variable is another cell's", () => {
  assert.deepEqual(
    foreignShorthands("const a = 1; f({ a, b: (c: number) => ({ c, d }), ...{ profile } });"),
    [
      ...["d", "profile"],
    ],
  );
});

Deno.test("a value that a cell ends in is found, an assignment, a call without one and a declaration are none", () => {
  const wrong = ["1 + 1;", "await Promise.resolve([1]);"];
  const right = ["let a = 1;\na;\nvoid a;", "await Promise.resolve();", "const b = 2;", "console.log(1);"];
  const programs = [...wrong, ...right].map((source, index) => {
    const cell = { cell_type: "code", source };
    return [`cell-${index}.ts`, programOf({ cells: [cell], metadata: {} })];
  });
  const complaints = check(Object.fromEntries(programs));
  const blamed = [...complaints.matchAll(/at file:\S*\/cell-(\d)\.ts:/g)].map(([, index]) => Number(index));
  assert.deepEqual(blamed.toSorted(), [0, 1], complaints);
});
