import { UsageError } from "../../errors.ts";
import { cifar10 } from "./cifar_10.ts";
import { cifar100 } from "./cifar_100.ts";
import type { DatasetEntry } from "./entry.ts";
import { fashionMnist } from "./fashion_mnist.ts";

/** Every data set. */
export const DATASETS = [fashionMnist, cifar10, cifar100] as const;

/** The name of a data set. */
export type DatasetName = typeof DATASETS[number]["name"];

/** The names of all data sets. */
export const DATASET_NAMES = DATASETS.map(({ name }) => name) as [DatasetName, ...DatasetName[]];

/** A data set by its name; an unknown one is a usage error that lists the known ones. */
export function datasetOf(name: string): DatasetEntry<DatasetName> {
  const entry = DATASETS.find((one) => one.name === name);
  if (entry !== undefined) return entry;
  throw new UsageError(
    `Looking for the data set "${name}": it is unknown; use one of ${DATASET_NAMES.join(", ")}.`,
  );
}
