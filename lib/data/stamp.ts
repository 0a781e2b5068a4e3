import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { datasetFacts } from "./manifest.ts";
import { datasetFolder, readVerified } from "./verify.ts";

/** Why the data set cannot be used, or null. Trusts sizes and times of files verified before; loading never does. */
export function stampProblem(name: string): string | null {
  const stamp = readStamp(name);
  for (const file of Object.keys(datasetFacts(name).files)) {
    const path = join(datasetFolder(name), file);
    if (!existsSync(path) && !existsSync(`${path}.gz`)) return `${path} is missing`;
    if (stamp[file] !== fingerprint(name, file)) return `${path} is not verified yet`;
  }
  return null;
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
