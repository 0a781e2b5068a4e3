import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import process from "node:process";
import { FailureError, messageOf } from "./errors.ts";
import { dataFolder, resultsFolder } from "./paths.ts";

/** What a file that is read is, and what fixes it where it cannot be: "run the same command again". */
export interface FileKind {
  what: string;
  fix: string;
}

/** The bytes of a file; where it cannot be read, one sentence that names it. */
export function readBytes(path: string, { what, fix }: FileKind): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new FailureError(`Reading ${what} ${path}: ${unreadable(error)}; ${fix}.`);
  }
}

function unreadable(error: unknown): string {
  const { code } = error as { code?: string };
  if (code === "ENOENT" || code === "ENOTDIR") return "it is not there";
  if (code === "EISDIR") return "it is a folder, not a file";
  return `it cannot be read (${messageOf(error)})`;
}

/** A temporary file's name says what machine its process runs on: those of another may see the folder. */
const HOST = hostname();

/**
 * Writes a file so that it is there whole or not at all: to a temporary name beside it, flushed to disk, then renamed.
 * A full disk or an unwritable folder ends in one clear error with nothing left behind; what a process left that was killed while it
 * wrote the same file goes.
 */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${HOST}.${process.pid}.tmp`;
  writing(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    clearAbandoned(path);
    try {
      writeFlushed(temporary, content);
      renameSync(temporary, path);
    } finally {
      rmSync(temporary, { force: true });
    }
  });
}

/** Removes the temporary files of a file whose processes on this machine have ended. */
function clearAbandoned(path: string): void {
  const start = `${basename(path)}.${HOST}.`;
  for (const name of readdirSync(dirname(path))) {
    const pid = name.startsWith(start) ? /^(\d+)\.tmp$/.exec(name.slice(start.length))?.[1] : undefined;
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(dirname(path), name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: string }).code !== "ESRCH";
  }
}

/** Writes a file and flushes it to disk. */
export function writeFlushed(path: string, content: string | Uint8Array): void {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const file = openSync(path, "w");
  try {
    for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Runs `action`, turning the errors of a file system into a sentence with the fix. */
export function writing<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof FailureError) throw error;
    throw new FailureError(`Writing ${path}: ${messageOf(error)}; ${fix(path, error)}.`);
  }
}

/** Deno gives some of these errors no code, only the system's words; programs that we run say them too. */
const NO_ROOM = /ENOSPC|EDQUOT|EFBIG|no space left|quota exceeded|file too large/i;

/** Whether something failed because a disk is full. */
export function isNoRoom(error: unknown): boolean {
  const { code = "" } = error as { code?: string };
  return NO_ROOM.test(`${code} ${messageOf(error)}`);
}

function fix(path: string, error: unknown): string {
  if (isNoRoom(error)) return "free some disk space and run the same command again, finished work is kept";
  if (/EISDIR|ENOTEMPTY|is a directory/i.test(messageOf(error))) {
    return "a folder is in its place: move it away and run again";
  }
  const [variable] = Object.entries({ WEIGHTSHARE_RESULTS: resultsFolder(), WEIGHTSHARE_DATA: dataFolder() })
    .find(([_, folder]) => !relative(folder, path).startsWith("..")) ?? [];
  if (variable !== undefined) {
    return `make the folder writable, or choose another with ${variable}=FOLDER, and run again`;
  }
  return "make the folder writable and run again";
}

interface FileFacts {
  size: number;
  isDirectory: boolean;
}

/** Deno's own call takes a quarter of the time that Node's takes under Deno, which counts for thousands of files. */
const { Deno: deno } = globalThis as { Deno?: { lstatSync(path: string): FileFacts } };

/** Bytes of a file, or of a link's text; undefined where there is none, or a folder in its place. */
export function sizeOf(path: string): number | undefined {
  try {
    if (deno === undefined) {
      const facts = lstatSync(path);
      return facts.isDirectory() ? undefined : facts.size;
    }
    const { size, isDirectory } = deno.lstatSync(path);
    return isDirectory ? undefined : size;
  } catch {
    return undefined;
  }
}
