import { annForward } from "../models/ann.ts";
import type { Network } from "../models/parameters.ts";
import { tf } from "../ops/tensorflow.ts";

/** How a layer's firing rates go with the activations of the same neurons in the ANN. */
export interface LayerAgreement {
  /** Pearson's correlation over all neurons and images; null where either side does not vary. */
  correlation: number | null;
  /** Some neurons: ReLU activation and firing rate (spikes per time step). */
  points: [activation: number, rate: number][];
}

/** Gives every layer's spikes [T, N, ...] for these images. */
export type Simulate = (images: tf.Tensor4D, onSpikes: (layer: string, spikes: tf.Tensor) => void) => void;

const DIGITS = 4;

/** Compares both lives of a network layer by layer, for images [N, H, W, C]; at most `points` neurons are kept. */
export function compareLives(
  network: Network,
  simulate: Simulate,
  images: tf.Tensor4D,
  points: number,
): Record<string, LayerAgreement> {
  const activations = new Map<string, Float32Array>();
  const rates = new Map<string, Float32Array>();
  tf.tidy(() => {
    annForward(network, images, "frozen", (layer, z) => {
      activations.set(layer, tf.relu(z).dataSync() as Float32Array);
    });
    simulate(images, (layer, spikes) => rates.set(layer, tf.mean(spikes, 0).dataSync() as Float32Array));
  });
  const layers = [...rates].map(([layer, rate]) => {
    const activation = activations.get(layer) as Float32Array;
    return [layer, {
      correlation: correlation(activation, rate),
      points: spread(rate.length, points).map((index): [number, number] => [
        rounded(activation[index] as number),
        rounded(rate[index] as number),
      ]),
    }] as const;
  });
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
