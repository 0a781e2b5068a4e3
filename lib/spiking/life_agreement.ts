import type { Network } from "../models/parameters.ts";
import type { tf } from "../ops/tensorflow.ts";
import { activationsAndRates, type Simulate } from "./activations_and_rates.ts";

/** How a layer's firing rates go with the activations of the same neurons in the ANN. */
export interface LayerAgreement {
  /** Pearson's correlation over all neurons and images; null where either side does not vary. */
  correlation: number | null;
  /** Some neurons: ReLU activation and firing rate (spikes per time step). */
  points: [activation: number, rate: number][];
}

const DIGITS = 4;

/** Compares both lives of a network layer by layer, for images [N, H, W, C]; at most `points` neurons are kept. */
export function compareLives(
  network: Network,
  simulate: Simulate,
  images: tf.Tensor4D,
  points: number,
): Record<string, LayerAgreement> {
  const layers = [...activationsAndRates(network, simulate, images)].map(([layer, { activations, rates }]) =>
    [layer, {
      correlation: correlation(activations, rates),
      points: spread(rates.length, points).map((index): [number, number] => [
        rounded(activations[index] as number),
        rounded(rates[index] as number),
      ]),
    }] as const
  );
  return Object.fromEntries(layers);
}

/** Pearson's correlation, or null where one side is constant. */
export function correlation(xs: ArrayLike<number>, ys: ArrayLike<number>): number | null {
  const [meanX, meanY] = [mean(xs), mean(ys)];
  const sums = { xx: 0, yy: 0, xy: 0 };
  for (let index = 0; index < xs.length; index++) {
    const [x, y] = [(xs[index] as number) - meanX, (ys[index] as number) - meanY];
    sums.xx += x * x;
    sums.yy += y * y;
    sums.xy += x * y;
  }
  return sums.xx === 0 || sums.yy === 0 ? null : sums.xy / Math.sqrt(sums.xx * sums.yy);
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index] as number;
  return sum / values.length;
}

/** At most `shown` of `count` indices, evenly spread. */
export function spread(count: number, shown: number): number[] {
  if (count <= shown) return Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: shown }, (_, index) => Math.floor((index + 0.5) * count / shown));
}

function rounded(value: number): number {
  return Number(value.toFixed(DIGITS));
}
