/** The spiking life of a network: what notebooks import as "weightshare/spiking". */
export { type IfNeuron, type Reset } from "../ops/if_neuron.ts";
export { activationDensity } from "./activation_density.ts";
export { ActivationScales, type Scales } from "./activation_scales.ts";
export { bothLives, type LayerLives } from "./both_lives.ts";
export { convertNetwork } from "./convert.ts";
export { annCost, ENERGY, type SpikingCost, spikingCosts } from "./energy.ts";
export {
  type Activity,
  type Arithmetic,
  ARITHMETICS,
  ENERGY_FORMULAS,
  type EnergyFormula,
} from "./energy_formulas.ts";
export { compareLives, type LayerAgreement } from "./life_agreement.ts";
export { simulateLinearReadout } from "./linear_readout.ts";
export { countsWithMembranes } from "./output_membranes.ts";
export { RateCounter } from "./rates.ts";
export {
  type ActivationBin,
  type RatesByActivation,
  ratesByActivation,
  rateUnderCurrent,
} from "./rates_by_activation.ts";
export { readOutputs, ShareCounter, type Shares } from "./readout.ts";
export { simulate } from "./simulate.ts";
export type { Simulation, SimulationOptions } from "./simulation.ts";
export { surrogateForward } from "./surrogate.ts";
