import { nameLayers, type NetworkSpec, neuronCounts, type WeightedLayer } from "../models/network.ts";
import { hasWeights } from "../models/walk.ts";

/** Numbers that a chip holds to run a spiking network step after step. */
export interface SynapticMemory {
  /** Kernels and matrices, each once, however many layers use it. */
  weights: number;
  /**
   * What a layer has of its own for every channel: the shift that its frozen norm or its bias adds, and the norm's scale where other
   * layers use the kernel as well; else that lies in the kernel.
   */
  scales: number;
  /** One for every neuron. */
  membranes: number;
}

/**
 * What a chip holds of a network: weights once, scales and shifts, and the membranes of all layers, as every neuron waits for the
 * next step. Where a chip runs layer after layer over all steps instead, it holds one layer's membranes, and the spikes of all
 * steps. Throws a UsageError for a spec of which no network can be made.
 */
export function synapticMemory(spec: NetworkSpec): SynapticMemory {
  const layers = nameLayers(spec).filter(hasWeights);
  const owners = layers.filter(({ name, owner }) => name === owner);
  return {
    weights: sum(owners.map(({ kernel }) => kernel.reduce((size, axis) => size * axis, 1))),
    scales: sum(layers.map((layer) => ofAChannel(layer, layers) * (layer.output.at(-1) as number))),
    membranes: sum([...neuronCounts(spec).values()]),
  };
}

/** A bias without a norm is shared with its kernel. */
function ofAChannel({ name, norm, bias, owner }: WeightedLayer, layers: readonly WeightedLayer[]): number {
  if (!norm) return bias && name === owner ? 1 : 0;
  return layers.filter((layer) => layer.owner === owner).length > 1 ? 2 : 1;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
