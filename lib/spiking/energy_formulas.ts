import { fans, IMAGE } from "../models/fan_out.ts";
import type { NetworkSpec } from "../models/network.ts";
import { ENERGY } from "./energy.ts";

/** Joules of a multiply-accumulate operation and of an accumulation. */
export type Arithmetic = typeof ENERGY;

/**
 * Energies in 45 nm by the numbers that are added (Horowitz, ISSCC 2014, pages 10-14): float32 as in `ENERGY`; int8, a product of
 * 0.2 pJ and its addition to 32 bits of 0.1 pJ.
 */
export const ARITHMETICS = {
  float32: ENERGY,
  int8: { multiplyAccumulate: 0.3e-12, accumulate: 0.1e-12 },
} as const satisfies Record<string, Arithmetic>;

/** What one image makes a network do until its read-out. */
export interface Activity {
  spec: NetworkSpec;
  /** Time steps until the read-out. */
  t: number;
  /** Spikes of all neurons, before pooling. */
  spikes: number;
  /** Synaptic operations: a spike, times the synapses that it reaches behind pooling. */
  operations: number;
  /** Neurons of all layers. */
  neurons: number;
  /** Share of values that are not zero in what feeds each layer of the ANN of the same weights; null where it was not measured. */
  density: Readonly<Record<string, number>> | null;
}

/** A way to say what an image costs. */
export interface EnergyFormula {
  life: "ann" | "snn";
  name: string;
  source: string;
  /** Joules; null where an input was not measured. */
  energy: (activity: Activity, arithmetic: Arithmetic) => number | null;
}

/** What is published, from the fewest things counted to the most: first of an SNN, then of the ANN that it is compared with. */
export const ENERGY_FORMULAS: readonly EnergyFormula[] = [
  { // every operation of the ANN as an addition, once for each spike that a neuron fires on average
    life: "snn",
    name: "mean spikes × operations",
    source: "Frontiers in Neuroscience 17:1091097 (2023), table 3",
    energy: ({ spec, spikes, neurons }, { accumulate }) => spikes / neurons * macsOf(spec).all * accumulate,
  },
  { // of what arrives at a layer; the first layer once, as products with the image
    life: "snn",
    name: "rate × T × FLOPs",
    source: "arXiv 2403.18228, equations 1 and 2, after Spikformer (ICLR 2023)",
    energy: (activity, arithmetic) => byEvents(activity, arithmetic),
  },
  { // an addition for every neuron and step
    life: "snn",
    name: "+ membrane updates",
    source: "SyOPs counter (iCGY96/syops-counter)",
    energy: (activity, arithmetic) => byEvents(activity, arithmetic) + membranes(activity, arithmetic),
  },
  { // of a network that is given the image at every step
    life: "snn",
    name: "+ first layer every step",
    source: "SyOPs counter (iCGY96/syops-counter)",
    energy: (activity, arithmetic) =>
      byEvents(activity, arithmetic) + membranes(activity, arithmetic) +
      (activity.t - 1) * macsOf(activity.spec).first * arithmetic.multiplyAccumulate,
  },
  {
    life: "ann",
    name: "ANN, every product",
    source: "the sources above",
    energy: ({ spec }, { multiplyAccumulate }) => macsOf(spec).all * multiplyAccumulate,
  },
  {
    life: "ann",
    name: "ANN, zeros skipped",
    source: "Dampfhoffer et al., IEEE TETCI 7 (2023) 731-741",
    energy: ({ spec, density }, { multiplyAccumulate }) => {
      if (density === null) return null;
      return fans(spec).reduce((sum, { input, macs }) => sum + macs * densityOf(density, input), 0) *
        multiplyAccumulate;
    },
  },
];

function byEvents({ spec, operations }: Activity, { multiplyAccumulate, accumulate }: Arithmetic): number {
  return macsOf(spec).first * multiplyAccumulate + operations * accumulate;
}

function membranes({ neurons, t }: Activity, { accumulate }: Arithmetic): number {
  return neurons * t * accumulate;
}

/** Multiply-accumulate operations of the layers that receive the image, and of all. */
function macsOf(spec: NetworkSpec): { first: number; all: number } {
  const layers = fans(spec);
  const sum = (some: typeof layers) => some.reduce((total, { macs }) => total + macs, 0);
  return { first: sum(layers.filter(({ input }) => input === null)), all: sum(layers) };
}

function densityOf(density: Readonly<Record<string, number>>, input: string | null): number {
  const share = density[input ?? IMAGE];
  if (share === undefined) throw new Error(`The density of ${input ?? IMAGE} was not measured.`);
  return share;
}
