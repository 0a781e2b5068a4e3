import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { FailureError, messageOf } from "../errors.ts";
import { readBytes } from "../files.ts";
import { dataFolder } from "../paths.ts";
import { datasetFacts, type FileFacts } from "./manifest.ts";

/** SHA-256 of bytes, hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The folder of one data set. */
export function datasetFolder(name: string): string {
  return join(dataFolder(), name);
}

/** Where a file of a data set lies, plain or as `NAME.gz`; undefined where neither is. */
export function storedPath(
  dataset: string,
  file: string,
  folder: string = datasetFolder(dataset),
): string | undefined {
  return copiesOf(file, folder)[0];
}

function copiesOf(file: string, folder: string): string[] {
  return [join(folder, file), join(folder, `${file}.gz`)].filter(existsSync);
}

/** A file whose content is what the manifest says. */
export interface Verified {
  /** Where it lies, plain or packed. */
  path: string;
  bytes: Uint8Array;
}

/**
 * Reads one file of a data set, plain or as `NAME.gz`, and refuses it unless its content has the manifest's size
 * and SHA-256. Where both lie there, the right one is taken.
 */
export function readVerified(
  dataset: string,
  file: string,
  folder: string = datasetFolder(dataset),
): Uint8Array {
  return findVerified(dataset, file, folder).bytes;
}

/** The same, and where it was found. */
export function findVerified(
  dataset: string,
  file: string,
  folder: string = datasetFolder(dataset),
): Verified {
  const facts = datasetFacts(dataset).files[file];
  if (facts === undefined) {
    throw new FailureError(`Reading ${file} of ${dataset}: the manifest has no such file.`);
  }
  const [path, packed] = copiesOf(file, folder);
  if (path === undefined) {
    throw new FailureError(
      `Reading ${dataset}: ${join(folder, file)} is missing; fetch it with "deno task data ${dataset}", ` +
        `or give a copy with --dir FOLDER.`,
    );
  }
  const fix = folder === datasetFolder(dataset) ? fetchAgain(dataset) : "give an undamaged copy";
  const read = (path: string) => ({
    path,
    bytes: checked(unpack(path, dataset, fix), path, facts, dataset, fix),
  });
  try {
    return read(path);
  } catch (error) {
    if (packed === undefined) throw error;
    return read(packed);
  }
}

/** Returns `bytes` if they are what `facts` says, else throws with expected and found sums. */
export function checked(
  bytes: Uint8Array,
  path: string,
  facts: FileFacts,
  dataset: string,
  fix: string = fetchAgain(dataset),
): Uint8Array {
  const found = sha256(bytes);
  if (found === facts.sha256) return bytes;
  const why = bytes.length < facts.bytes ? "truncated" : "altered";
  throw new FailureError(
    `Reading ${dataset}: ${path} is ${why}: expected ${facts.bytes} bytes with SHA-256 ${facts.sha256}, ` +
      `found ${bytes.length} bytes with ${found}; ${fix}.`,
  );
}

function unpack(path: string, dataset: string, fix: string): Uint8Array {
  const bytes = readBytes(path, { what: `a file of ${dataset}`, fix });
  if (!path.endsWith(".gz")) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new FailureError(
      `Reading ${dataset}: ${path} (${bytes.length} bytes) cannot be unpacked (${messageOf(error)}); ${fix}.`,
    );
  }
}

function fetchAgain(dataset: string): string {
  return `fetch it again with "deno task data ${dataset}"`;
}
