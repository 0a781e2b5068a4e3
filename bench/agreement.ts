import { FailureError } from "../lib/errors.ts";
import { type HostTensor, readSafetensors } from "../lib/ops/safetensors.ts";
import { median } from "./measure.ts";

/** How well two sides agree on a layer. */
export interface LayerAgreement {
  neurons: number;
  /** Spikes per neuron and time step, ours. */
  rate: number;
  /** Share of neurons with the same number of spikes over T; over all images, and in the image in the middle. */
  equalCounts: number;
  medianImage: number;
}

/**
 * In every layer for the image in the middle, and over all neurons. Sums in another order flip a spike near the
 * threshold in an image now and then, which changes some percent of that image's spikes in the layers above; sides that
 * compute different things disagree on every image.
 */
const REQUIRED = 0.99;

/** Compares spike counts [N, ...] by layer that two sides wrote, neuron by neuron; too few equal ones are refused. */
export function compareSpikes(
  oursFile: string,
  theirsFile: string,
  T: number,
  peer: string,
): Record<string, LayerAgreement> {
  const again = "run the benchmark again";
  const ours = readSafetensors(oursFile, again).tensors;
  const theirs = readSafetensors(theirsFile, again).tensors;
  const layers = [...ours].map(([layer, counts]) => {
    const other = theirs.get(layer);
    if (other?.shape.join() === counts.shape.join()) return [layer, agreementOf(counts, other, T)] as const;
    throw new FailureError(
      `Comparing spikes with ${peer}: it has not the same neurons in ${layer}; fix bench/peers.`,
    );
  });
  for (const [layer, { medianImage }] of layers) requireEqual(medianImage, layer, peer);
  requireEqual(pooled(layers.map(([, agreement]) => agreement)), "all layers", peer);
  return Object.fromEntries(layers);
}

/** The share of equal counts over the neurons of all layers. */
export function pooled(layers: readonly LayerAgreement[]): number {
  const neurons = layers.reduce((sum, layer) => sum + layer.neurons, 0);
  return layers.reduce((sum, layer) => sum + layer.neurons * layer.equalCounts, 0) / neurons;
}

function requireEqual(share: number, where: string, peer: string): void {
  if (share >= REQUIRED) return;
  throw new FailureError(
    `Comparing spikes with ${peer}: only ${
      (100 * share).toFixed(2)
    } % of the neurons of ${where} fire equally often, ` +
      `at least ${100 * REQUIRED} % must; the two sides do not compute the same, fix bench/peers.`,
  );
}

/** Equality of two tensors of spike counts [N, ...] over T steps. */
export function agreementOf(ours: HostTensor, theirs: HostTensor, T: number): LayerAgreement {
  const images = ours.shape[0] as number;
  const size = ours.values.length / images;
  const shares = Array.from({ length: images }, (_, image) => {
    const row = ours.values.subarray(image * size, (image + 1) * size);
    return row.filter((count, index) => count === theirs.values[image * size + index]).length / size;
  });
  const spikes = ours.values.reduce((sum, count) => sum + count, 0);
  return {
    neurons: ours.values.length,
    rate: spikes / (ours.values.length * T),
    equalCounts: shares.reduce((sum, share) => sum + share, 0) / images,
    medianImage: median(shares),
  };
}
