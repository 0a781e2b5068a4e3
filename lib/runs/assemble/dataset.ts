import type { Dataset } from "../../data/dataset.ts";
import { loadDataset } from "../../data/load.ts";
import { dataFolder } from "../../paths.ts";

const loaded = new Map<string, Dataset>();
let sharing = 0;

/** Lets the runs that `work` makes share the data sets that they read: each is read and verified once, and let go at the end. */
export async function sharingDatasets<T>(work: () => Promise<T>): Promise<T> {
  sharing++;
  try {
    return await work();
  } finally {
    if (--sharing === 0) loaded.clear();
  }
}

/** A data set for a run. Nothing may write to it; who asks `loadDataset` gets one of their own. */
export function datasetForRuns(name: string): Dataset {
  if (sharing === 0) return loadDataset(name);
  const key = JSON.stringify([dataFolder(), name]);
  const dataset = loaded.get(key) ?? loadDataset(name);
  loaded.set(key, dataset);
  return dataset;
}
