import type { Dataset, Split } from "./dataset.ts";
import { parseIdx } from "./idx.ts";
import { datasetFacts } from "./manifest.ts";
import { datasetOf } from "./sets/all.ts";
import type { SplitFiles } from "./sets/entry.ts";
import { readVerified } from "./verify.ts";

/**
 * Loads a data set by its name, refusing damaged files.
 *
 * ```ts
 * import { loadDataset } from "weightshare/data";
 *
 * const { train, shape, classes } = loadDataset("fashion-mnist");
 * console.log(train.count, shape, classes[train.labels[0] as number]); // 60000 [ 28, 28, 1 ] Ankle boot
 * ```
 */
export function loadDataset(name: string): Dataset {
  const { shape, classes, files } = datasetOf(name);
  const sums = Object.entries(datasetFacts(name).files).map(([file, facts]) => [file, facts.sha256]);
  const load = (part: SplitFiles) => loadSplit(name, part, shape, classes.length);
  return {
    ...{ name, shape, classes, train: load(files.train), test: load(files.test) },
    sums: Object.fromEntries(sums),
  };
}

/** One part of a data set out of its IDX files, each verified. */
function loadSplit(
  name: string,
  [imagesFile, labelsFile]: SplitFiles,
  shape: Dataset["shape"],
  classes: number,
): Split {
  const images = parseIdx(readVerified(name, imagesFile));
  const labels = parseIdx(readVerified(name, labelsFile));
  const [count, height, width, channels = 1] = images.shape;
  if ([height, width, channels].join() !== shape.join() || count !== labels.values.length) {
    throw new Error(
      `Loading ${name}: ${imagesFile} holds images of ${
        images.shape.join(" x ")
      } and ${labelsFile} ${labels.values.length} ` +
        `labels, but its entry in lib/data/sets says ${
          shape.join(" x ")
        }; correct the entry or the manifest.`,
    );
  }
  const largest = labels.values.reduce((most, label) => Math.max(most, label), 0);
  if (largest >= classes) {
    throw new Error(
      `Loading ${name}: ${labelsFile} has the label ${largest}, but its entry in lib/data/sets names ${classes} classes; name them all.`,
    );
  }
  return { images: images.values, labels: labels.values, count: labels.values.length };
}
