import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { datasetFacts } from "./manifest.ts";
import { datasetFolder, readVerified } from "./verify.ts";

/** Why the data set cannot be used, or null. Trusts sizes and times of files verified before; loading never does. */
export function stampProblem(name: string): string | null {
  const stamp = readStamp(name);
  const missing = missingFile(name);
  if (missing !== undefined) return `${missing} is missing`;
  const changed = Object.keys(datasetFacts(name).files).find((file) =>
    stamp[file] !== fingerprint(name, file)
  );
  return changed === undefined ? null : `${join(datasetFolder(name), changed)} is not verified yet`;
}

/** The path of a file of the data set that is not there, packed or not; undefined where all are. */
export function missingFile(name: string): string | undefined {
  const paths = Object.keys(datasetFacts(name).files).map((file) => join(datasetFolder(name), file));
  return paths.find((path) => !existsSync(path) && !existsSync(`${path}.gz`));
}

/** Verifies every file and notes its size and time. */
export function writeStamp(name: string): void {
  const files = Object.keys(datasetFacts(name).files);
  for (const file of files) readVerified(name, file);
  const stamp = Object.fromEntries(files.map((file) => [file, fingerprint(name, file)]));
  writeFileSync(stampPath(name), JSON.stringify(stamp, null, 2));
}

function stampPath(name: string): string {
  return join(datasetFolder(name), ".verified.json");
}

function fingerprint(name: string, file: string): string | undefined {
  const path = [join(datasetFolder(name), file), join(datasetFolder(name), `${file}.gz`)].find(existsSync);
  if (path === undefined) return undefined;
  const { size, mtimeMs } = statSync(path);
  return `${size} bytes, ${mtimeMs}, ${datasetFacts(name).files[file]?.sha256}`;
}

function readStamp(name: string): Record<string, string> {
  return existsSync(stampPath(name)) ? JSON.parse(readFileSync(stampPath(name), "utf8")) : {};
}
