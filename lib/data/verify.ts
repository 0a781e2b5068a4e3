import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { FailureError, messageOf } from "../errors.ts";
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

/**
 * Reads one file of a data set, plain or as `NAME.gz`, and refuses it unless its content has the manifest's size
 * and SHA-256.
 */
export function readVerified(
  dataset: string,
  file: string,
  folder: string = datasetFolder(dataset),
): Uint8Array {
  const facts = datasetFacts(dataset).files[file];
  if (facts === undefined) {
    throw new FailureError(`Reading ${file} of ${dataset}: the manifest has no such file.`);
  }
  const path = [join(folder, file), join(folder, `${file}.gz`)].find(existsSync);
  if (path === undefined) {
    throw new FailureError(
      `Reading ${dataset}: ${join(folder, file)} is missing; fetch it with "${mend(dataset)}".`,
    );
  }
  return checked(unpack(path, dataset), path, facts, dataset);
}

/** Returns `bytes` if they are what `facts` says, else throws with expected and found sums. */
export function checked(bytes: Uint8Array, path: string, facts: FileFacts, dataset: string): Uint8Array {
  const found = sha256(bytes);
  if (found === facts.sha256) return bytes;
  const why = bytes.length < facts.bytes ? "truncated" : "altered";
  throw new FailureError(
    `Reading ${dataset}: ${path} is ${why}: expected ${facts.bytes} bytes with SHA-256 ${facts.sha256}, ` +
      `found ${bytes.length} bytes with ${found}; fetch it again with "${mend(dataset)}".`,
  );
}

function unpack(path: string, dataset: string): Uint8Array {
  const bytes = readFileSync(path);
  if (!path.endsWith(".gz")) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new FailureError(
      `Reading ${dataset}: ${path} (${statSync(path).size} bytes) cannot be unpacked (${
        messageOf(error)
      }); ` +
        `fetch it again with "${mend(dataset)}".`,
    );
  }
}

function mend(dataset: string): string {
  return `deno task data ${dataset}`;
}
