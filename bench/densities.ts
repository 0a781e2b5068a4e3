import { join } from "node:path";
import { fields, finite, mapOf, readJson, text } from "../lib/json.ts";
import { ROOT } from "../lib/paths.ts";

/** Spikes per neuron and time step of each layer of a trained network, and where they come from. */
export interface Densities {
  /** Hash of the record. */
  record: string;
  from: string;
  /** Accuracy of the SNN, in [0, 1]. */
  argmax: number;
  evaluatedOn: string;
  T: number;
  rates: Record<string, number>;
}

const KIND = {
  what: "the firing rates for benchmarks",
  shape: fields({
    ...{ record: text, from: text, argmax: finite, evaluatedOn: text, T: finite },
    rates: mapOf(finite),
  }),
  fix: 'restore it, for example with "git checkout bench/densities.json"',
};

/** Reads such rates. */
export function readDensities(path: string): Densities {
  return readJson(path, KIND);
}

export const DENSITIES: Densities = readDensities(join(ROOT, "bench", "densities.json"));
