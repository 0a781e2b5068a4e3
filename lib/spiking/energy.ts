import { fans } from "../models/fan_out.ts";
import type { NetworkSpec } from "../models/network.ts";

/**
 * Energy of an operation in joules: float32 in 45 nm, a multiplication of 3.7 pJ and an addition of 0.9 pJ. What is moved
 * to and from memory is not in it. Source: Horowitz, ISSCC 2014, pages 10-14.
 */
export const ENERGY = { multiplyAccumulate: 4.6e-12, accumulate: 0.9e-12 };

/** In joules. */
export const MICROJOULE = 1e-6;

/** What an image has cost after some time steps. */
export interface SpikingCost {
  /** Spikes of all neurons. */
  spikes: number;
  /** Synaptic operations: additions of a weight to a membrane, one for every synapse that a spike reaches. */
  operations: number;
  /** Joules, the first layer's products with the image included. */
  energy: number;
}

/** Multiply-accumulate operations and energy of the ANN for one image. */
export function annCost(spec: NetworkSpec): { macs: number; energy: number } {
  const macs = fans(spec).reduce((sum, layer) => sum + layer.macs, 0);
  return { macs, energy: macs * ENERGY.multiplyAccumulate };
}

/**
 * What an SNN has cost after t = 1, 2, ... steps, from the mean spikes of an image at each step (neuron layers, and what
 * is left behind each pooling). The first layer sees the same image at every step: its products are made once.
 */
export function spikingCosts(
  spec: NetworkSpec,
  spikesPerStep: Readonly<Record<string, readonly number[]>>,
): SpikingCost[] {
  const layers = fans(spec);
  const once = layers.reduce((sum, { input, macs }) => sum + (input === null ? macs : 0), 0);
  const steps = Math.max(...Object.values(spikesPerStep).map((counts) => counts.length));
  const countsOf = (layer: string) => {
    const counts = spikesPerStep[layer];
    if (counts === undefined) throw new Error(`No spikes of ${layer} were counted.`);
    return counts;
  };
  const sums = { spikes: 0, operations: 0 };
  return Array.from({ length: steps }, (_, t) => {
    for (const { name, trains, fanOut } of layers) {
      sums.spikes += spikesPerStep[name]?.[t] ?? 0; // a read-out layer has no neurons that fire
      for (const train of trains) sums.operations += (countsOf(train)[t] ?? 0) * fanOut;
    }
    const energy = once * ENERGY.multiplyAccumulate + sums.operations * ENERGY.accumulate;
    return { ...sums, energy };
  });
}
