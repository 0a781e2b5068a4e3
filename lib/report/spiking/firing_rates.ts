import type { RunRecord } from "../../experiments/record.ts";
import { axis, colour, emptyNote, type Figure, look } from "../figure.ts";
import { spread } from "../frame.ts";
import {
  evaluatedLabel,
  reducedLabel,
  rowLabel,
  type RunGroup,
  seedsLabel,
  spikingGroups,
} from "../label.ts";
import { whyEmpty } from "./why_empty.ts";
import { layersOf, ratesOf } from "./rates.ts";

/** Mean firing rate of every layer, one bar per SNN; error bars are one standard deviation over seeds. */
export function firingRates(records: readonly RunRecord[]): Figure {
  const groups = spikingGroups(records);
  const layers = layersOf(records).map(({ name }) => name);
  const base = look("Mean firing rate per layer", reducedLabel(records), { width: 760, height: 430 });
  return {
    name: `${records[0]?.experiment ?? "spiking"}-firing-rates`,
    title: "Mean firing rate per layer",
    caption:
      `${evaluatedLabel(records)}, ${
        seedsLabel(groups.flatMap(({ finished, diverged }) => [...finished, ...diverged]))
      }. ` +
      "Spikes per neuron and time step over the first T steps, before pooling.",
    label: reducedLabel(records),
    data: groups.flatMap((group, index) => barTrace(group, layers, index)),
    layout: {
      ...base,
      barmode: "group",
      xaxis: axis("Layer", { type: "category", showgrid: false }),
      yaxis: axis("Firing rate (spikes per neuron and step)", { rangemode: "tozero", tickformat: ".3~f" }),
      showlegend: true,
      legend: { orientation: "h", x: 1, xanchor: "right", y: 1, yanchor: "bottom" },
      annotations: layers.length > 0 ? [] : [emptyNote(whyEmpty(groups))],
    },
  };
}

function barTrace({ first, finished }: RunGroup, layers: string[], index: number): Record<string, unknown>[] {
  const spreads = layers.map((layer) => spread(ratesOf(finished, layer)));
  if (spreads.every((one) => one === null)) return [];
  const sds = spreads.map((one) => one?.sd ?? null);
  return [{
    type: "bar",
    name: rowLabel(first, "snn"),
    x: layers,
    y: spreads.map((one) => one?.mean ?? null),
    error_y: { type: "data", array: sds, visible: sds.some((sd) => sd !== null), thickness: 1.2, width: 3 },
    marker: { color: colour(index) },
    text: spreads.map((one) => one === null || one.sd !== null ? "" : one.mean.toFixed(3)),
    ...{ textposition: "outside", textangle: 0, textfont: { size: 10 }, cliponaxis: false },
    hovertemplate: "%{x}: %{y:.4f}<extra>%{fullData.name}</extra>",
  }];
}
