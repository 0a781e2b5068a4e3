import { spawnSync } from "node:child_process";
import process from "node:process";
import { ROOT } from "../lib/paths.ts";

interface Graph {
  roots: string[];
  modules: {
    specifier: string;
    dependencies?: { code?: { specifier?: string }; isDynamic?: boolean }[];
  }[];
}

/** What each module imports that importing the one at `path` loads, but not by `import()`; `roots` is that one. */
export function moduleGraph(path: string): { roots: string[]; imports: Map<string, string[]> } {
  const options = { cwd: ROOT, encoding: "utf8", maxBuffer: 2 ** 28 } as const;
  const { roots, modules }: Graph = JSON.parse(
    spawnSync(process.execPath, ["info", "--json", path], options).stdout,
  );
  const imports = new Map(modules.map(({ specifier, dependencies = [] }) => [
    specifier,
    dependencies.flatMap(({ code, isDynamic }) => isDynamic === true ? [] : code?.specifier ?? []),
  ]));
  return { roots, imports };
}
