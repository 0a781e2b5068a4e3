import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { writeWhole } from "../lib/files.ts";
import type { Tool } from "./machine.ts";

/** Compiled objects that all checkouts of a user share: the same sources, flags and compiler give the same object. */
export class ObjectCache {
  readonly #folder: string;
  readonly #compiler: string;

  constructor({ command, version }: Tool, folder: string = defaultFolder()) {
    this.#folder = folder;
    this.#compiler = `${process.arch} ${command} ${version}`;
  }

  /** Puts an object, whose name holds the hash of its sources and flags, at `path`; whether there was one that is whole. */
  take(object: string, path: string): boolean {
    const kept = this.#place(object);
    const bytes = wholeIn(kept);
    if (bytes === undefined) return false;
    writeWhole(path, bytes);
    return true;
  }

  /** Keeps the object at `path`. A folder that cannot be written to keeps nothing, and the next checkout compiles. */
  keep(object: string, path: string): void {
    const bytes = readFileSync(path);
    try {
      writeWhole(this.#place(object), Buffer.concat([Buffer.from(sumOf(bytes)), bytes]));
    } catch { /* as said */ }
  }

  /** Removes what no checkout has taken for a month. */
  clear(now: number = Date.now()): void {
    if (!existsSync(this.#folder)) return;
    for (const path of readdirSync(this.#folder).map((name) => join(this.#folder, name))) {
      const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now;
      if (now - written > MONTH) rmSync(path, { force: true });
    }
  }

  #place(object: string): string {
    const key = createHash("sha256").update(`${this.#compiler}\0${object}`).digest("hex").slice(0, 32);
    return join(this.#folder, `${key}.o`);
  }
}

/** Characters of the sum before an object's bytes. */
const SUM = 64;
const MONTH = 30 * 24 * 3600 * 1000;

function sumOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The bytes that are kept in a file, which is marked as taken now; nothing where it is not there, gone in between, or damaged. */
function wholeIn(path: string): Uint8Array | undefined {
  try {
    const packed = readFileSync(path);
    const bytes = packed.subarray(SUM);
    if (packed.toString("latin1", 0, SUM) !== sumOf(bytes)) return undefined;
    utimesSync(path, new Date(), new Date());
    return bytes;
  } catch {
    return undefined;
  }
}

function defaultFolder(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "weightshare", "objects");
}
