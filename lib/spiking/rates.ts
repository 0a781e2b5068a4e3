import { neuronLayers } from "../models/network.ts";
import type { Network } from "../models/parameters.ts";
import type { Simulation } from "./simulate.ts";

/** Adds up spikes per layer over simulations: the mean firing rate, spikes per neuron and time step. */
export class RateCounter {
  readonly #neurons: ReadonlyMap<string, number>;
  readonly #spikes = new Map<string, number>();
  #imageSteps = 0;

  constructor(network: Network) {
    this.#neurons = new Map(neuronLayers(network.spec).map(({ name, output }) => [name, product(output)]));
  }

  /** Counts the first `T` steps of a simulation. */
  add({ totals, outputs }: Simulation, T = outputs.shape[0]): void {
    for (const [layer, steps] of totals) {
      const sum = steps.slice(0, T).reduce((total, spikes) => total + spikes, 0);
      this.#spikes.set(layer, (this.#spikes.get(layer) ?? 0) + sum);
    }
    this.#imageSteps += T * outputs.shape[1];
  }

  /** Spikes of every layer. */
  totals(): Record<string, number> {
    return Object.fromEntries(this.#spikes);
  }

  /** Spikes per neuron and time step of every layer. */
  rates(): Record<string, number> {
    const rates = [...this.#spikes].map(([layer, spikes]) =>
      [layer, spikes / ((this.#neurons.get(layer) as number) * this.#imageSteps)] as const
    );
    return Object.fromEntries(rates);
  }
}

function product(shape: readonly number[]): number {
  return shape.reduce((result, axis) => result * axis, 1);
}
