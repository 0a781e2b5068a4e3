/** What is asked of the files and folders that a command line names, before anything starts. */
import { closeSync, existsSync, mkdtempSync, openSync, realpathSync, rmdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UsageError } from "../lib/errors.ts";
import { toUser } from "./user_path.ts";

/** Requires that `file` is there and no folder; `doing` opens the sentence, `kind` says what is wanted. */
export function requireFile(doing: string, file: string, kind: string): void {
  requireThere(doing, file, kind);
  if (!statSync(file).isDirectory()) return;
  throw new UsageError(`${doing} ${toUser(file)}: it is a folder; give the path of ${kind}.`);
}

/** Requires that a file or folder is there. */
export function requireThere(doing: string, path: string, kind: string = "one that is there"): void {
  if (existsSync(path)) return;
  throw new UsageError(`${doing} ${toUser(path)}: there is no such file; give the path of ${kind}.`);
}

/** Requires that `folder` is there and is one. */
export function requireFolder(doing: string, folder: string): void {
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  throw new UsageError(`${doing} from ${toUser(folder)}: there is no such folder; give the path of one.`);
}

/** One name for a file whatever links lead to it; what is not there yet stands in its folder. */
export function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(realPath(dirname(path)), basename(path));
}

/** Requires that `file` can be written: it is no folder, and where it goes is a folder that can be written. */
export function requireWritableFile(file: string): void {
  if (!existsSync(file)) return requireWritableFolder(dirname(file), file);
  if (!statSync(file).isFile()) {
    throw refusal(file, `it is ${statSync(file).isDirectory() ? "a folder" : "no file"}; name a file`);
  }
  requireWritable(file, file, () => closeSync(openSync(file, "r+")));
}

/** Requires that files can be made in `folder`, which may not be there yet; `wanted` is named by the error. */
export function requireWritableFolder(folder: string, wanted: string = folder): void {
  const there = nearest(folder);
  if (!statSync(there).isDirectory()) {
    throw refusal(wanted, `${toUser(there)} is no folder; name another place`);
  }
  requireWritable(there, wanted, () => rmdirSync(mkdtempSync(join(there, ".writable-"))));
}

/** The path itself or the nearest one above it that is there. */
function nearest(path: string): string {
  return existsSync(path) ? path : nearest(dirname(path));
}

/** Nothing but a trial, which leaves nothing behind, tells rights, read-only file systems and full ones. */
function requireWritable(path: string, wanted: string, trial: () => void): void {
  try {
    trial();
  } catch {
    throw refusal(wanted, `${toUser(path)} cannot be written; make it writable or name another place`);
  }
}

function refusal(wanted: string, why: string): UsageError {
  return new UsageError(`Writing to ${toUser(wanted)}: ${why}.`);
}
