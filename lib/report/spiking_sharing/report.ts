import { hasCurve } from "../frame.ts";
import type { Report } from "../report.ts";
import { sharedSpikingTable } from "./accuracy_table.ts";
import { spikingAgainstParameters } from "./against_parameters.ts";
import { accuracyAgainstSpikes } from "./against_spikes.ts";
import { interactionTable } from "./interaction_table.ts";
import { spikingCurves } from "./per_epoch.ts";
import { synapticMemoryTable } from "./memory_table.ts";

/** Tables and figures of spiking networks that share kernels. */
export const spikingSharingReport: Report = {
  tables: (records) => [sharedSpikingTable(records), interactionTable(records), synapticMemoryTable(records)],
  figures: (records) => [
    ...[spikingAgainstParameters(records), accuracyAgainstSpikes(records)],
    ...(hasCurve(records) ? [spikingCurves(records)] : []),
  ],
};
