import type { RunRecord } from "../../runs/record.ts";
import { spread } from "../frame.ts";
import { reducedLabel, rowLabel, runsLabel, spikingGroups } from "../label.ts";
import type { Table } from "../table.ts";
import { layersOf, ratesOf } from "./rates.ts";
import { requireTwoLives } from "../require_records.ts";

/** Mean firing rate of every layer: one row per layer, one column per SNN. */
export function ratesTable(records: readonly RunRecord[]): Table {
  requireTwoLives("Making the table of firing rates", records);
  const groups = spikingGroups(records);
  const layers = layersOf(records);
  return {
    name: `${records[0]?.experiment ?? "spiking"}-rates`,
    title: "Mean firing rate per layer",
    caption:
      "Spikes per neuron and time step over the first T steps (before pooling), on the evaluated images.",
    label: reducedLabel(records),
    columns: [
      { heading: "Layer", format: "text" },
      { heading: "Neurons", format: "integer" },
      ...groups.map(({ first }) => ({
        heading: rowLabel(first, "snn"),
        format: "decimal" as const,
        digits: 4,
      })),
    ],
    rows: layers.map((
      { name, neurons },
    ) => [name, neurons, ...groups.map(({ finished }) => spread(ratesOf(finished, name)))]),
    notes: groups.filter(({ diverged }) => diverged.length > 0)
      .map((group) => `${rowLabel(group.first, "snn")}: runs ${runsLabel(group)}.`),
  };
}
