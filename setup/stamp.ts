import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** What a step writes last: what it was made from, and the size of the files by which it is recognised. */
interface Stamp {
  inputs: Record<string, string>;
  files: Record<string, number>;
  /** For people: versions and the like; never compared. */
  notes: Record<string, string>;
}

/** A stamp lies inside the folder it vouches for and disappears with it. Names of files are relative to `root`. */
export interface StampPlace {
  root: string;
  path: string;
}

/** Why the stamp does not vouch for a part made from `inputs`, or null when it does. */
export function stampProblem({ root, path }: StampPlace, inputs: Record<string, string>): string | null {
  const stamp = readStamp(path);
  if (stamp === null) return `${relative(root, dirname(path))} is not set up, or its set-up was interrupted`;
  for (const [name, value] of Object.entries(inputs)) {
    if (stamp.inputs[name] !== value) return `${name} changed since it was set up`;
  }
  for (const [file, size] of Object.entries(stamp.files)) {
    const found = statSync(join(root, file), { throwIfNoEntry: false })?.size;
    if (found === undefined) return `${file} is missing`;
    if (found !== size) return `${file} has ${found} bytes instead of ${size}`;
  }
  return null;
}

/** Vouches for a finished part. */
export function writeStamp(
  { root, path }: StampPlace,
  inputs: Record<string, string>,
  files: string[],
  notes: Record<string, string> = {},
): void {
  const sizes = Object.fromEntries(files.map((file) => [file, statSync(join(root, file)).size]));
  const stamp: Stamp = { inputs, files: sizes, notes };
  const temporary = `${path}.${process.pid}.tmp`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(temporary, JSON.stringify(stamp, null, 2) + "\n");
  renameSync(temporary, path);
}

/** The notes of a stamp, empty when there is none. */
export function stampNotes(path: string): Record<string, string> {
  return readStamp(path)?.notes ?? {};
}

/** Withdraws a stamp before its part is changed in place. */
export function dropStamp(path: string): void {
  rmSync(path, { force: true });
}

/** SHA-256 over the contents of small files, by name; a missing file counts as such. */
export function hashFiles(root: string, files: string[]): string {
  const hash = createHash("sha256");
  for (const file of files) {
    const path = join(root, file);
    hash.update(`${file}\0`).update(existsSync(path) ? readFileSync(path) : "missing").update("\0");
  }
  return hash.digest("hex");
}

function readStamp(path: string): Stamp | null {
  try {
    const stamp = JSON.parse(readFileSync(path, "utf8")) as Partial<Stamp>;
    return { inputs: stamp.inputs ?? {}, files: stamp.files ?? {}, notes: stamp.notes ?? {} };
  } catch {
    return null;
  }
}
