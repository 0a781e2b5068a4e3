import type { Network } from "../models/parameters.ts";
import type { IfNeuron } from "../ops/if_neuron.ts";
import { tf } from "../ops/tensorflow.ts";
import { UsageError } from "../errors.ts";
import { activationsAndRates, type Simulate } from "./activations_and_rates.ts";
import { simulate } from "./simulate.ts";

/** Neurons whose activations are about the same. */
export interface ActivationBin {
  /** The middle of the bin, in thresholds. */
  activation: number;
  neurons: number;
  /** Spikes a time step, mean and standard deviation over the neurons. */
  rate: { mean: number; sd: number };
}

/** A layer's firing rates by its activations. */
export interface RatesByActivation {
  layer: string;
  /** Neurons that the ANN's ReLU silences, and their spikes a step. */
  zeros: { neurons: number; rate: number };
  /** The others, by activation; the last bin has all that lie above the range, at their mean. */
  bins: ActivationBin[];
  /** Of the neurons that ReLU lets through, the share that fires as `rateUnderCurrent` of its activation says. */
  asTheory: number;
}

/** Bins are so wide, in thresholds, and reach so far. */
const BIN = 0.05;
export const BINNED_TO = 2;
const BINS = Math.round(BINNED_TO / BIN);

/** Images at once: their spikes are kept for all T steps. */
const AT_ONCE = 50;

/**
 * Spikes a step, over T steps, of an IF neuron that starts at 0 and gets the same current z (in the threshold's unit) at every
 * step. With hard reset it fires every ceil(threshold / z) steps, so that the rate is that of a staircase, 1 / ceil(threshold / z);
 * with reset by subtraction it is z / threshold, at most 1; both but for the spikes that T cuts off.
 */
export function rateUnderCurrent(
  z: number,
  T: number,
  { threshold, reset }: Omit<IfNeuron, "initialMembrane">,
): number {
  if (!(z > 0)) return 0;
  const spikes = reset === "hard" ? T / Math.ceil(threshold / z) : Math.min(T, T * z / threshold);
  return Math.floor(spikes) / T;
}

/**
 * How often neurons fire against how strongly the ANN's ReLU answers, layer by layer, over images [N, H, W, C] in [0, 1] with
 * frozen norms. Throws a UsageError for an initial membrane that is not 0, under which no staircase is known.
 */
export function ratesByActivation(
  network: Network,
  images: tf.Tensor4D,
  { T, neuron }: { T: number; neuron: IfNeuron },
): RatesByActivation[] {
  if (neuron.initialMembrane !== 0) {
    throw new UsageError(
      `Holding firing rates against activations: the initial membrane is ${neuron.initialMembrane}, but must be 0.`,
    );
  }
  const sums = new Map<string, LayerSums>();
  const simulateAll: Simulate = (some, onSpikes) =>
    void simulate(network, some, { T, neuron, mode: "frozen", onSpikes });
  for (let from = 0; from < images.shape[0]; from += AT_ONCE) {
    const some = tf.slice(images, [from], [Math.min(AT_ONCE, images.shape[0] - from)]);
    const both = activationsAndRates(network, simulateAll, some);
    tf.dispose(some);
    for (const [layer, { activations, rates }] of both) {
      const sum = sums.get(layer) ?? new LayerSums();
      sums.set(layer, sum);
      activations.forEach((z, at) => sum.add(z, rates[at] as number, T, neuron));
    }
  }
  return [...sums].map(([layer, sum]) => sum.result(layer));
}

/** Of the neurons in a bin. */
interface BinSums {
  neurons: number;
  activation: number;
  rate: number;
  square: number;
}

class LayerSums {
  readonly #zeros = { neurons: 0, rate: 0 };
  readonly #bins = Array.from(
    { length: BINS + 1 },
    (): BinSums => ({ neurons: 0, activation: 0, rate: 0, square: 0 }),
  );
  #asTheory = 0;

  add(z: number, rate: number, T: number, neuron: IfNeuron): void {
    if (!(z > 0)) {
      this.#zeros.neurons++;
      this.#zeros.rate += rate;
      return;
    }
    const activation = z / neuron.threshold;
    const bin = this.#bins[Math.min(BINS, Math.floor(activation / BIN))] as BinSums;
    bin.neurons++;
    bin.activation += activation;
    bin.rate += rate;
    bin.square += rate ** 2;
    // Rates are whole spikes over T: half a spike tells them apart.
    if (Math.abs(rate - rateUnderCurrent(z, T, neuron)) < 0.5 / T) this.#asTheory++;
  }

  result(layer: string): RatesByActivation {
    const { neurons, rate } = this.#zeros;
    const passed = this.#bins.reduce((sum, bin) => sum + bin.neurons, 0);
    return {
      layer,
      zeros: { neurons, rate: rate / neurons },
      bins: this.#bins.flatMap((bin, at) => {
        if (bin.neurons === 0) return [];
        const mean = bin.rate / bin.neurons;
        const sd = Math.sqrt(Math.max(0, bin.square / bin.neurons - mean ** 2));
        const activation = at < BINS ? (at + 0.5) * BIN : bin.activation / bin.neurons;
        return [{ activation, neurons: bin.neurons, rate: { mean, sd } }];
      }),
      asTheory: this.#asTheory / passed,
    };
  }
}
