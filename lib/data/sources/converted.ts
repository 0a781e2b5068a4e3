import { canonicalFiles, type Parts } from "../cifar/canonical.ts";
import type { SourceFile } from "./source.ts";

/** The asked files in stored form, made from what a source holds. */
export function converted(parts: Parts, files: readonly string[], from: string): SourceFile[] {
  const made = canonicalFiles(parts);
  return files.map((file) => ({
    file,
    bytes: made.get(file) as Uint8Array,
    from: `${file} made from ${from}`,
  }));
}
