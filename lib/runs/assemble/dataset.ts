import type { Dataset } from "../../data/dataset.ts";
import { loadDataset } from "../../data/load.ts";
import { dataFolder } from "../../paths.ts";

const loaded = new Map<string, WeakRef<Dataset>>();

/**
 * A data set for a run: read and verified once, then shared by the runs of this process for as long as one of them holds it.
 * Nothing may write to it; who asks `loadDataset` gets a copy of their own.
 */
export function datasetForRuns(name: string): Dataset {
  const key = JSON.stringify([dataFolder(), name]);
  const held = loaded.get(key)?.deref();
  if (held !== undefined) return held;
  const dataset = loadDataset(name);
  loaded.set(key, new WeakRef(dataset));
  return dataset;
}
