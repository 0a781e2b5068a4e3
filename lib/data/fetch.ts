import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { FailureError, messageOf } from "../errors.ts";
import { isNoRoom, writeWhole } from "../files.ts";
import { acquireLock, holding } from "../lock.ts";
import { datasetFacts } from "./manifest.ts";
import { datasetOf } from "./sets/all.ts";
import type { Log, Source, SourceFile } from "./sources/source.ts";
import { missingFile, vouchForDataset } from "./stamp.ts";
import { checked, datasetFolder, findVerified, storedPath } from "./verify.ts";

export interface FetchOptions {
  /** Gets one line per thing done. */
  log?: Log;
  /** A folder with an existing copy: the stored files (plain or .gz), or the data set as it is published. */
  from?: string;
  /** Another web folder to fetch from; then nothing else is tried. */
  mirror?: string;
}

/** Brings the verified files of a data set into the data folder. Files that are there and right stay. */
export async function fetchDataset(name: string, options: FetchOptions = {}): Promise<void> {
  const log = options.log ?? (() => {});
  const files = Object.keys(datasetFacts(name).files);
  const wait = () => log(`${name}: waiting for another process that fetches it`);
  const lock = await acquireLock(join(datasetFolder(name), ".lock"), wait);
  await holding(lock, () => fetchAlone(name, files, options, log));
}

/** The same where a file of it is missing altogether; files that are there are verified when they are loaded. */
export async function fetchWhereMissing(name: string, log: Log): Promise<void> {
  if (missingFile(name) !== undefined) await fetchDataset(name, { log });
}

async function fetchAlone(
  name: string,
  files: readonly string[],
  options: FetchOptions,
  log: Log,
): Promise<void> {
  removeLeftovers(datasetFolder(name));
  const missing = options.from === undefined ? files.filter((file) => !isRight(name, file)) : files;
  if (missing.length > 0) await bring(name, missing, options, log);
  vouchForDataset(name);
  log(`${name}: ${files.length} files verified in ${datasetFolder(name)}`);
}

/** What a fetch that was killed left behind. The caller holds the lock. */
function removeLeftovers(folder: string): void {
  for (const entry of readdirSync(folder)) {
    if (/^\.scratch-|\.tmp$/.test(entry)) rmSync(join(folder, entry), { recursive: true, force: true });
  }
}

/** Whether the data set can be had without the network. */
export function hasLocalSource(name: string): boolean {
  return datasetOf(name).sources.local().length > 0;
}

async function bring(name: string, files: readonly string[], options: FetchOptions, log: Log): Promise<void> {
  const { sources } = datasetOf(name);
  const { from, mirror } = options;
  if (from !== undefined) return await placeAll(name, files, sources.folder(from), log);
  if (mirror !== undefined) return await placeAll(name, files, sources.mirror(mirror), log);
  const failures: string[] = [];
  for (const source of [...sources.local(), ...sources.network()]) {
    try {
      return await placeAll(name, files, source, log);
    } catch (error) {
      if (isNoRoom(error)) throw noRoom(name, error);
      failures.push(messageOf(error));
      log(messageOf(error));
    }
  }
  throw new FailureError(
    `Fetching ${name}: no source answered (${failures.join(" | ")}); ` +
      `connect to the network and run "deno task data ${name}", or give an existing copy with --dir FOLDER.`,
  );
}

/** Another source would need the room as well. */
function noRoom(name: string, error: unknown): FailureError {
  return new FailureError(
    `Fetching ${name} into ${datasetFolder(name)}: the disk is full (${
      messageOf(error)
    }); free some room and run ` +
      `"deno task data ${name}" again, or choose another folder with WEIGHTSHARE_DATA=FOLDER.`,
  );
}

async function placeAll(name: string, files: readonly string[], source: Source, log: Log): Promise<void> {
  for await (const found of source(files, log)) place(name, found);
}

/** Verifies the bytes and puts them in place. */
function place(name: string, { file, bytes, from }: SourceFile): void {
  const facts = datasetFacts(name).files[file];
  if (facts === undefined) {
    throw new FailureError(`Placing ${file}: the manifest of ${name} has no such file.`);
  }
  writeWhole(join(datasetFolder(name), file), checked(bytes, from, facts, name));
}

/** Whether the file is there and right; a right packed one takes the place of a damaged plain one. */
function isRight(name: string, file: string): boolean {
  try {
    const { path, bytes } = findVerified(name, file);
    if (path !== storedPath(name, file)) place(name, { file, bytes, from: path });
    return true;
  } catch {
    return false;
  }
}
