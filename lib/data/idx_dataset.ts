import type { Dataset, Split } from "./dataset.ts";
import { parseIdx } from "./idx.ts";
import { datasetFacts } from "./manifest.ts";
import { readVerified } from "./verify.ts";

/** The images' file and the labels' file of one part. */
export type SplitFiles = readonly [images: string, labels: string];

/** Loads a data set whose parts lie in IDX files, every file verified. */
export function loadIdxDataset(
  name: string,
  classes: readonly string[],
  files: { train: SplitFiles; test: SplitFiles },
): Dataset {
  const sums = Object.entries(datasetFacts(name).files).map(([file, facts]) => [file, facts.sha256]);
  const [train, shape] = loadSplit(name, files.train);
  const [test] = loadSplit(name, files.test);
  return { name, shape, classes, train, test, sums: Object.fromEntries(sums) };
}

function loadSplit(name: string, [imagesFile, labelsFile]: SplitFiles): [Split, Dataset["shape"]] {
  const images = parseIdx(readVerified(name, imagesFile));
  const labels = parseIdx(readVerified(name, labelsFile));
  const [, height, width, channels = 1] = images.shape as [number, number, number, number?];
  const split = { images: images.values, labels: labels.values, count: labels.values.length };
  return [split, [height, width, channels]];
}
