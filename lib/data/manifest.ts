import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { fields, mapOf, natural, readJson, sha256Text, text } from "../json.ts";
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

const MANIFEST = {
  what: "the manifest of the data sets",
  shape: mapOf(fields({ title: text, files: mapOf(fields({ bytes: natural, sha256: sha256Text })) })),
  fix: 'restore it, for example with "git checkout data/manifest.json"',
};

/** `data/manifest.json`: the sums of every file of every data set. */
export function readManifest(
  path: string = join(ROOT, "data", "manifest.json"),
): Record<string, DatasetFacts> {
  return readJson(path, MANIFEST);
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
