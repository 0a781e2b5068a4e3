import { readFileSync } from "node:fs";
import { FailureError } from "../lib/errors.ts";
import { type HostTensor, unpackSafetensors } from "../lib/ops/safetensors.ts";

/** How well two sides agree on a layer. */
export interface LayerAgreement {
  /** Spikes per neuron and time step, ours. */
  rate: number;
  /** Share of neurons with the same number of spikes over T. */
  equalCounts: number;
}

/** Sums in another order flip spikes near the threshold; anything else would change far more of them. */
const REQUIRED = 0.99;

/** Compares spike counts that two sides wrote, neuron by neuron; less than 99 % equal in any layer is refused. */
export function compareSpikes(
  oursFile: string,
  theirsFile: string,
  T: number,
  peer: string,
): Record<string, LayerAgreement> {
  const [ours, theirs] = [oursFile, theirsFile].map((file) =>
    unpackSafetensors(readFileSync(file), file)
  ) as [
    Map<string, HostTensor>,
    Map<string, HostTensor>,
  ];
  const layers = [...ours].map(([layer, counts]) => {
    const other = theirs.get(layer);
    if (other === undefined || other.values.length !== counts.values.length) {
      throw new FailureError(
        `Comparing spikes with ${peer}: it has not the same neurons in ${layer}; mend bench/peers.`,
      );
    }
    return [layer, agreementOf(counts.values, other.values, T)] as const;
  });
  for (const [layer, { equalCounts }] of layers) {
    if (equalCounts >= REQUIRED) continue;
    throw new FailureError(
      `Comparing spikes with ${peer}: only ${
        (100 * equalCounts).toFixed(2)
      } % of the neurons of ${layer} fire equally ` +
        `often, at least ${100 * REQUIRED} % must; the two sides do not compute the same, mend bench/peers.`,
    );
  }
  return Object.fromEntries(layers);
}

/** Equality of two lists of spike counts over T steps. */
export function agreementOf(ours: Float32Array, theirs: Float32Array, T: number): LayerAgreement {
  let spikes = 0;
  let equal = 0;
  ours.forEach((count, index) => {
    spikes += count;
    equal += Number(count === theirs[index]);
  });
  return { rate: spikes / (ours.length * T), equalCounts: equal / ours.length };
}
