import { createHash } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { FailureError } from "./errors.ts";
import { readBytes, sizeOf, writeWhole } from "./files.ts";
import { fields, mapOf, natural, readJson, text } from "./json.ts";

/** What is written last when a part has been made: what it was made from, and the size of every file of it. */
interface Stamp {
  inputs: Record<string, string>;
  files: Record<string, number>;
  /** For people: versions and the like; never compared. */
  notes: Record<string, string>;
}

const STAMP = fields({ inputs: mapOf(text), files: mapOf(natural), notes: mapOf(text) });

/** A stamp lies inside the folder it vouches for and disappears with it. Names of files are relative to `root`. */
export interface StampPlace {
  root: string;
  path: string;
}

/** Why the stamp does not vouch for a part made from `inputs`, or null when it does. A damaged stamp vouches for nothing. */
export function stampProblem(place: StampPlace, inputs: Record<string, string>): string | null {
  const stamp = readStamp(place.path);
  return inputsProblem(place, stamp, inputs) ?? filesProblem(place, stamp);
}

/** The same without a look at the files. */
export function madeProblem(place: StampPlace, inputs: Record<string, string>): string | null {
  return inputsProblem(place, readStamp(place.path), inputs);
}

function inputsProblem(
  { root, path }: StampPlace,
  stamp: Stamp | null,
  inputs: Record<string, string>,
): string | null {
  if (stamp === null) return `${relative(root, dirname(path))} is not set up, or its set-up was interrupted`;
  const changed = Object.entries(inputs).find(([name, value]) => stamp.inputs[name] !== value);
  return changed === undefined ? null : `${changed[0]} changed since it was set up`;
}

function filesProblem({ root }: StampPlace, stamp: Stamp | null): string | null {
  for (const [file, size] of Object.entries(stamp?.files ?? {})) {
    const found = sizeOf(`${root}/${file}`);
    if (found === undefined) return `${file} is missing`;
    if (found !== size) return `${file} has ${found} bytes instead of ${size}`;
  }
  return null;
}

/** Vouches for a finished part: for all of `files`. */
export function writeStamp(
  { root, path }: StampPlace,
  inputs: Record<string, string>,
  files: readonly string[],
  notes: Record<string, string> = {},
): void {
  const sizes = Object.fromEntries(files.map((file) => [file, sizeOf(join(root, file)) ?? missing(file)]));
  replaceStamp(path, { inputs, files: sizes, notes });
}

function missing(file: string): never {
  throw new FailureError(`Looking at what was set up: ${file} is missing; set it up again.`);
}

/** Withdraws a stamp while its part is changed in place. It stays where it is: until the end, the part is a damaged one. */
export function dropStamp(path: string): void {
  replaceStamp(path, {});
}

function replaceStamp(path: string, content: Stamp | Record<string, never>): void {
  if (existsSync(path) && sizeOf(path) === undefined) rmSync(path, { recursive: true });
  writeWhole(path, JSON.stringify(content, null, 1) + "\n");
}

/** The notes of a stamp, empty when there is none. */
export function stampNotes(path: string): Record<string, string> {
  return readStamp(path)?.notes ?? {};
}

/** Removes the files that the stamp knows in another size: a tool that makes what is absent then makes them anew. */
export function removeDamaged({ root, path }: StampPlace): void {
  for (const [file, size] of Object.entries(readStamp(path)?.files ?? {})) {
    if (sizeOf(join(root, file)) !== size) rmSync(join(root, file), { recursive: true, force: true });
  }
}

/** Every file below a folder of `root`, links as such, in a fixed order; Python's caches are not: it makes them itself. */
export function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => name !== "__pycache__")
    .sort((a, b) => a.name < b.name ? -1 : 1)
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(root, path) : [path];
    });
}

/** SHA-256 over the contents of small files, by name; a missing file counts as such. */
export function hashFiles(root: string, files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) {
    const path = join(root, file);
    hash.update(`${file}\0`).update(existsSync(path) ? readBytes(path, OWN) : "missing").update("\0");
  }
  return hash.digest("hex");
}

const OWN = { what: "a file of the checkout", fix: 'restore it, for example with "git checkout FILE"' };

function readStamp(path: string): Stamp | null {
  try {
    return readJson(path, { what: "the stamp", shape: STAMP, fix: "set its part up again" });
  } catch {
    return null;
  }
}
