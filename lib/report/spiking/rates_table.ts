import type { RunRecord } from "../../runs/record.ts";
import { spread } from "../frame.ts";
import { reducedLabel, rowLabel, runsLabel, spikingGroups } from "../label.ts";
import { type ColumnOf, makeTable, type Table } from "../table.ts";
import { layersOf, ratesOf } from "./rates.ts";
import { requireTwoLives } from "../require_records.ts";

/** Mean firing rate of every layer: one row per layer, one column per SNN. */
export function ratesTable(records: readonly RunRecord[]): Table {
  requireTwoLives("Making the table of firing rates", records);
  const groups = spikingGroups(records);
  const layers = layersOf(records);
  return makeTable(
    {
      name: `${records[0]?.experiment ?? "spiking"}-rates`,
      title: "Mean firing rate per layer",
      caption:
        "Spikes per neuron and time step over the first T steps (before pooling), on the evaluated images.",
      label: reducedLabel(records),
      notes: groups.filter(({ diverged }) => diverged.length > 0)
        .map((group) => `${rowLabel(group.first, "snn")}: runs ${runsLabel(group)}.`),
    },
    [
      { heading: "Layer", format: "text", cell: ({ name }) => name },
      { heading: "Neurons", format: "integer", cell: ({ neurons }) => neurons },
      ...groups.map(({ first, finished }): ColumnOf<Layer> => ({
        ...{ heading: rowLabel(first, "snn"), format: "decimal", digits: 4 },
        cell: ({ name }) => spread(ratesOf(finished, name)),
      })),
    ],
    layers,
  );
}

type Layer = ReturnType<typeof layersOf>[number];
