import type { Simulation } from "./simulation.ts";

/** Adds up spikes per layer over simulations: the mean firing rate, spikes per neuron and time step. */
export class RateCounter {
  readonly #spikes = new Map<string, number>();
  /** Neurons times steps times images. */
  readonly #chances = new Map<string, number>();

  /** Counts the first `T` steps of a simulation. */
  add({ totals, neurons, outputs }: Simulation, T = outputs.shape[0]): void {
    for (const [layer, steps] of totals) {
      const sum = steps.slice(0, T).reduce((total, spikes) => total + spikes, 0);
      this.#spikes.set(layer, (this.#spikes.get(layer) ?? 0) + sum);
      const chances = (neurons.get(layer) as number) * T * outputs.shape[1];
      this.#chances.set(layer, (this.#chances.get(layer) ?? 0) + chances);
    }
  }

  /** Spikes of every layer. */
  totals(): Record<string, number> {
    return Object.fromEntries(this.#spikes);
  }

  /** Spikes per neuron and time step of every layer. */
  rates(): Record<string, number> {
    const rates = [...this.#spikes].map(([layer, spikes]) =>
      [layer, spikes / (this.#chances.get(layer) as number)] as const
    );
    return Object.fromEntries(rates);
  }
}
