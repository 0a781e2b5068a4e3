export { sharedSpikingTable } from "./accuracy_table.ts";
export { spikingAgainstParameters } from "./against_parameters.ts";
export { accuracyAgainstSpikes } from "./against_spikes.ts";
export { interactionTable } from "./interaction_table.ts";
export { spikingCurves } from "./per_epoch.ts";
export { synapticMemoryTable } from "./memory_table.ts";
