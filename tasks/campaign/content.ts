import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunRecord } from "../../lib/runs/record.ts";

/** The files below a folder by path, each with the sum of what may not differ between two runs of one command. */
export function contentOf(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true, encoding: "utf8" });
  const files = entries.filter((entry) => !entry.isSymbolicLink()).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1);
    return [name, entry.isFile() ? sum(lasting(name, readFileSync(path))) : "folder"] as const;
  });
  return new Map(files.sort(([a], [b]) => a < b ? -1 : 1));
}

/** "PATH is missing", "PATH was left behind", "PATH differs". */
export function differences(expected: Map<string, string>, found: Map<string, string>): string[] {
  const names = [...new Set([...expected.keys(), ...found.keys()])];
  return names.flatMap((name) => {
    if (!found.has(name)) return [`${name} is missing`];
    if (!expected.has(name)) return [`${name} was left behind`];
    return expected.get(name) === found.get(name) ? [] : [`${name} differs`];
  });
}

function sum(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Without cost, provenance and dates. */
function lasting(name: string, bytes: Uint8Array): Uint8Array | string {
  const text = () => new TextDecoder("latin1").decode(bytes);
  if (/[0-9a-f]{16}\.json$/.test(name)) {
    const { cost: _cost, provenance: _provenance, ...metrics }: RunRecord = JSON.parse(text());
    return JSON.stringify(metrics);
  }
  if (name.endsWith(".ipynb")) return JSON.stringify(JSON.parse(text()).cells.map(printed));
  if (name.endsWith(".pdf")) return text().replace(/\(D:\d+[^)]*\)/g, "");
  return bytes;
}

interface Cell {
  source: unknown;
  outputs?: { name?: string; text?: unknown }[];
}

/** What a cell printed; its progress is another each time. */
function printed({ source, outputs = [] }: Cell): unknown {
  return [source, outputs.filter(({ name }) => name === "stdout").map(({ text }) => [text].flat().join(""))];
}
