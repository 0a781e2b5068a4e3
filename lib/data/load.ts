import { UsageError } from "../errors.ts";
import { loadCifar10, loadCifar100 } from "./cifar/load.ts";
import type { CLASSES } from "./classes.ts";
import type { Dataset } from "./dataset.ts";
import { loadFashionMnist } from "./fashion_mnist.ts";

const LOADERS: Readonly<Record<string, () => Dataset>> = {
  "fashion-mnist": loadFashionMnist,
  "cifar-10": loadCifar10,
  "cifar-100": loadCifar100,
} satisfies Record<keyof typeof CLASSES, () => Dataset>;

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
  const load = Object.hasOwn(LOADERS, name) ? LOADERS[name] : undefined;
  if (load === undefined) {
    const known = Object.keys(LOADERS).join(", ");
    throw new UsageError(`Loading the data set "${name}": it is unknown; use one of ${known}.`);
  }
  return load();
}
