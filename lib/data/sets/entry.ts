import type { Sources } from "../sources/sources.ts";

/** The images' file and the labels' file of one part. */
export type SplitFiles = readonly [images: string, labels: string];

/**
 * What a data set is, but for the sizes and sums of its files, which stand in `data/manifest.json`. Set-up reads it before
 * there are npm packages, so none is imported.
 */
export interface DatasetEntry<Name extends string = string> {
  readonly name: Name;
  /** Height, width, channels of an image. */
  readonly shape: readonly [number, number, number];
  /** What the classes are called, in the order of their labels. */
  readonly classes: readonly string[];
  /** The stored files, IDX. */
  readonly files: { readonly train: SplitFiles; readonly test: SplitFiles };
  /** Where it comes from. */
  readonly sources: Sources;
  /** Whether a public package carries it: set-up insists on it. Others it leaves out where they cannot be reached. */
  readonly packaged: boolean;
}

/** An entry, its name kept as it is. */
export function datasetEntry<const Name extends string>(entry: DatasetEntry<Name>): DatasetEntry<Name> {
  return entry;
}
