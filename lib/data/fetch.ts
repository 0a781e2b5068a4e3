import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FailureError, messageOf } from "../errors.ts";
import { datasetFacts } from "./manifest.ts";
import { sourcesOf } from "./sources/registry.ts";
import type { Log, Source, SourceFile } from "./sources/source.ts";
import { stampProblem, writeStamp } from "./stamp.ts";
import { checked, datasetFolder, readVerified } from "./verify.ts";

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
  const missing = options.from === undefined ? files.filter((file) => !isRight(name, file)) : files;
  if (missing.length > 0) await bring(name, missing, options, log);
  writeStamp(name);
  log(`${name}: ${files.length} files verified in ${datasetFolder(name)}`);
}

/** Why the data set cannot be used, or null. Trusts sizes and times of files verified before; loading never does. */
export function datasetProblem(name: string): Promise<string | null> {
  return Promise.resolve(stampProblem(name));
}

/** Whether the data set can be had without the network. */
export function hasLocalSource(name: string): boolean {
  return sourcesOf(name).local().length > 0;
}

async function bring(name: string, files: readonly string[], options: FetchOptions, log: Log): Promise<void> {
  const sources = sourcesOf(name);
  const { from, mirror } = options;
  if (from !== undefined) return await placeAll(name, files, sources.folder(from), log);
  if (mirror !== undefined) return await placeAll(name, files, sources.mirror(mirror), log);
  const failures: string[] = [];
  for (const source of [...sources.local(), ...sources.network()]) {
    try {
      return await placeAll(name, files, source, log);
    } catch (error) {
      failures.push(messageOf(error));
      log(messageOf(error));
    }
  }
  throw new FailureError(
    `Fetching ${name}: no source answered (${failures.join(" | ")}); ` +
      `connect to the network and run "deno task data ${name}", or give an existing copy with --dir FOLDER.`,
  );
}

async function placeAll(name: string, files: readonly string[], source: Source, log: Log): Promise<void> {
  for await (const found of source(files, log)) place(name, found);
}

/** Verifies the bytes and puts them in place by a temporary name, so that no half-written file is ever read. */
function place(name: string, { file, bytes, from }: SourceFile): void {
  const facts = datasetFacts(name).files[file];
  if (facts === undefined) {
    throw new FailureError(`Placing ${file}: the manifest of ${name} has no such file.`);
  }
  const path = join(datasetFolder(name), file);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(datasetFolder(name), { recursive: true });
    writeFileSync(temporary, checked(bytes, from, facts, name));
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function isRight(name: string, file: string): boolean {
  try {
    readVerified(name, file);
    return true;
  } catch {
    return false;
  }
}
