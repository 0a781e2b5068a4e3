/** What `-p NAME VALUE` may set: the variables that a notebook's cell tagged `parameters` declares. */
import { createRequire } from "node:module";
import type TypeScript from "typescript";
import { UsageError } from "../lib/errors.ts";
import { joinText, readNotebook } from "../lib/report/notebook_file.ts";
import { toUser } from "./user_path.ts";

/** The variables that can be set in a notebook, in the order of their declarations. */
export function settableIn(notebook: string): string[] {
  const cell = readNotebook(notebook).cells.find(({ metadata }) => metadata?.tags?.includes("parameters"));
  return declaredIn(joinText(cell?.source));
}

/** The names that statements at the top of `source` declare with `let` or `var`. */
function declaredIn(source: string): string[] {
  const ts = createRequire(import.meta.url)("typescript") as typeof TypeScript;
  const { statements } = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.Latest);
  const lists = statements.filter(ts.isVariableStatement).map(({ declarationList }) => declarationList);
  const open = lists.filter(({ flags }) => (flags & ts.NodeFlags.Const) === 0);
  const names = open.flatMap(({ declarations }) => declarations.map(({ name }) => name));
  return names.filter(ts.isIdentifier).map(({ text }) => text);
}

/** Refuses a name that the notebook would not know: it would fail there, or be set without effect. */
export function requireSettable(notebook: string, names: readonly string[]): void {
  const known = settableIn(notebook);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const fix = known.length === 0
    ? `it has no parameters; leave -p ${unknown} away`
    : `it has no parameter of this name; use one of ${known.join(", ")}`;
  throw new UsageError(`Setting "${unknown}" in ${toUser(notebook)}: ${fix}.`);
}
