import type { Figure } from "../figure.ts";
import type { Table } from "../table.ts";
import { countAgreement, logitAgreement } from "./network_tables.ts";
import { committedNetworks, type NetworkAgreement } from "./networks.ts";
import { neuronFigure } from "./neuron_figure.ts";
import { neuronAgreement } from "./neuron_table.ts";
import { committedTraces, type NeuronCase } from "./traces.ts";

export { countAgreement, logitAgreement } from "./network_tables.ts";
export { committedNetworks, type NetworkAgreement } from "./networks.ts";
export { type NeuronChoice, neuronFigure } from "./neuron_figure.ts";
export { neuronAgreement } from "./neuron_table.ts";
export { committedTraces, type NeuronCase, type NeuronTrace } from "./traces.ts";

/** The tables of what was found. */
export function agreementTables(cases: readonly NeuronCase[], networks: NetworkAgreement): Table[] {
  return [neuronAgreement(cases), logitAgreement(networks), countAgreement(networks)];
}

/** Ties at the threshold, under hard reset: the case on which frameworks differ most. */
const DRAWN = "tie-hard-theta1-zero";

/** Tables and figure of what is committed, for export. */
export function agreementReport(): { tables: Table[]; figures: Figure[] } {
  const cases = committedTraces();
  return {
    tables: agreementTables(cases, committedNetworks()),
    figures: [neuronFigure(cases, { case: DRAWN })],
  };
}
