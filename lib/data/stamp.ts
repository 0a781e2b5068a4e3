import { statSync } from "node:fs";
import { join, relative } from "node:path";
import { dataFolder } from "../paths.ts";
import { stampProblem, writeStamp } from "../stamp.ts";
import { datasetFacts } from "./manifest.ts";
import { datasetFolder, readVerified, storedPath } from "./verify.ts";

/** Why the data set cannot be used, or null. Trusts sizes and times of files verified before; loading never does. */
export function datasetProblem(name: string): string | null {
  const missing = missingFile(name);
  if (missing !== undefined) return `${missing} is missing`;
  return stampProblem(place(name), inputs(name));
}

/** The path of a file of the data set that is not there, packed or not; undefined where all are. */
export function missingFile(name: string): string | undefined {
  const missing = Object.keys(datasetFacts(name).files).find((file) => storedPath(name, file) === undefined);
  return missing === undefined ? undefined : join(datasetFolder(name), missing);
}

/** Verifies every file and notes its size and time. */
export function vouchForDataset(name: string): void {
  const files = Object.keys(datasetFacts(name).files);
  for (const file of files) readVerified(name, file);
  writeStamp(place(name), inputs(name), Object.keys(inputs(name)));
}

function place(name: string) {
  return { root: dataFolder(), path: join(datasetFolder(name), ".verified.json") };
}

/** What each file must be, and when it was written. */
function inputs(name: string): Record<string, string> {
  const files = Object.entries(datasetFacts(name).files);
  return Object.fromEntries(files.map(([file, { sha256 }]) => {
    const path = storedPath(name, file) as string;
    return [relative(dataFolder(), path), `${sha256}, written ${statSync(path).mtimeMs}`];
  }));
}
