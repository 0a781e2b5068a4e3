import type { Dataset } from "../dataset.ts";
import { loadIdxDataset } from "../idx_dataset.ts";
import { CANONICAL_FILES } from "./canonical.ts";
import { CIFAR_100_CLASSES, CIFAR_10_CLASSES } from "./classes.ts";

/** CIFAR-10 (Krizhevsky 2009): 50,000 + 10,000 colour images of 32 x 32, ten classes. */
export function loadCifar10(): Dataset {
  return loadIdxDataset("cifar-10", CIFAR_10_CLASSES, CANONICAL_FILES);
}

/** CIFAR-100 (Krizhevsky 2009): 50,000 + 10,000 colour images of 32 x 32, a hundred classes. */
export function loadCifar100(): Dataset {
  return loadIdxDataset("cifar-100", CIFAR_100_CLASSES, CANONICAL_FILES);
}
