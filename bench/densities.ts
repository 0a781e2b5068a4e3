import densities from "./densities.json" with { type: "json" };

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

export const DENSITIES: Densities = densities;
