import { tf } from "../ops/tensorflow.ts";
import type { TimeStep } from "./simulate.ts";

/** Adds up spikes per layer over simulations: the mean firing rate, spikes per neuron and time step. */
export class RateCounter {
  #spikes = new Map<string, number>();
  #chances = new Map<string, number>();

  /** An `onStep` for a simulation; steps after `until` do not count. */
  observer(until = Infinity): (step: TimeStep) => void {
    return ({ t, spikes }) => {
      if (t > until) return;
      for (const [layer, fired] of spikes) {
        // Exact: a sum of at most 2^24 ones in float32.
        const sum = tf.tidy(() => tf.sum(fired).dataSync()[0] as number);
        this.#spikes.set(layer, (this.#spikes.get(layer) ?? 0) + sum);
        this.#chances.set(layer, (this.#chances.get(layer) ?? 0) + fired.size);
      }
    };
  }

  /** Spikes of every layer. */
  totals(): Record<string, number> {
    return Object.fromEntries(this.#spikes);
  }

  /** Spikes per neuron and time step of every layer. */
  rates(): Record<string, number> {
    const rates = [...this.#spikes].map((
      [layer, spikes],
    ) => [layer, spikes / (this.#chances.get(layer) as number)]);
    return Object.fromEntries(rates);
  }
}
