import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { ROOT } from "../paths.ts";

/** What a file of a data set must be, uncompressed. */
export interface FileFacts {
  bytes: number;
  sha256: string;
}

export interface DatasetFacts {
  title: string;
  files: Record<string, FileFacts>;
}

/** `data/manifest.json`: the sums of every file of every data set. */
export function readManifest(): Record<string, DatasetFacts> {
  return JSON.parse(readFileSync(join(ROOT, "data", "manifest.json"), "utf8"));
}

/** The facts of one data set; an unknown name is a usage error that lists the known ones. */
export function datasetFacts(name: string): DatasetFacts {
  const manifest = readManifest();
  const facts = Object.hasOwn(manifest, name) ? manifest[name] : undefined;
  if (facts === undefined) {
    throw new UsageError(
      `Looking for the data set "${name}": it is unknown; use one of ${Object.keys(manifest).join(", ")}.`,
    );
  }
  return facts;
}
