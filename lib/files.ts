import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { FailureError, messageOf } from "./errors.ts";

/**
 * Writes a file so that it is there whole or not at all: to a temporary name beside it, flushed to disk, then renamed.
 * A full disk or an unwritable folder ends in one clear error with nothing left behind.
 */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writing(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    try {
      writeFlushed(temporary, content);
      renameSync(temporary, path);
    } finally {
      rmSync(temporary, { force: true });
    }
  });
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

/** Runs `action`, turning the errors of a file system into a sentence with the mend. */
export function writing<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof FailureError) throw error;
    throw new FailureError(`Writing ${path}: ${messageOf(error)}; ${mend(error)}.`);
  }
}

/** Deno gives some of these errors no code, only the system's words. */
const NO_ROOM = /ENOSPC|EDQUOT|EFBIG|no space left|quota exceeded|file too large/i;

function mend(error: unknown): string {
  const { code = "" } = error as { code?: string };
  return NO_ROOM.test(`${code} ${messageOf(error)}`)
    ? "free some disk space and run the same command again, finished epochs are kept"
    : "make the folder writable, or choose another with WEIGHTSHARE_RESULTS=FOLDER, and run again";
}
