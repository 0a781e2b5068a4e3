import type { RunRecord } from "../../runs/record.ts";
import { axis, colour, emptyNote, type Figure, look, type Trace, WIDEST } from "../figure.ts";
import { legendAtRight } from "../legend_at_right.ts";
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

/** How a group's bars are drawn. */
export type BarLook = (group: RunGroup, all: readonly RunGroup[]) => { color: string };

/** Bars of more SNNs have no room for numbers. */
const FEW = 3;

const inTurn: BarLook = (group, all) => ({ color: colour(all.indexOf(group)) });

/** Mean firing rate of every layer, one bar per SNN; error bars are one standard deviation over seeds. */
export function firingRates(records: readonly RunRecord[], lookOf: BarLook = inTurn): Figure {
  const groups = spikingGroups(records);
  const layers = layersOf(records).map(({ name }) => name);
  const title = "Mean firing rate per layer";
  const label = reducedLabel(records);
  return legendAtRight({
    name: `${records[0]?.experiment ?? "spiking"}-firing-rates`,
    title,
    caption:
      `${evaluatedLabel(records)}, ${
        seedsLabel(groups.flatMap(({ finished, diverged }) => [...finished, ...diverged]))
      }. ` +
      "Spikes per neuron and time step over the first T steps, before pooling.",
    label,
    data: groups.flatMap((group) => barTrace(group, layers, lookOf(group, groups), groups.length <= FEW)),
    layout: {
      ...look(title, label, { width: WIDEST, height: 430 }),
      barmode: "group",
      xaxis: axis("Layer", { type: "category", showgrid: false }),
      yaxis: axis("Spikes per neuron and step", { rangemode: "tozero", tickformat: ".3~f" }),
      annotations: layers.length > 0 ? [] : [emptyNote(whyEmpty(groups))],
    },
  });
}

function barTrace(
  { first, finished }: RunGroup,
  layers: string[],
  marker: ReturnType<BarLook>,
  numbered: boolean,
): Trace[] {
  const spreads = layers.map((layer) => spread(ratesOf(finished, layer)));
  if (spreads.every((one) => one === null)) return [];
  const sds = spreads.map((one) => one?.sd ?? null);
  const text = spreads.map((one) => one === null || one.sd !== null ? "" : one.mean.toFixed(3));
  return [{
    type: "bar",
    name: rowLabel(first, "snn"),
    x: layers,
    y: spreads.map((one) => one?.mean ?? null),
    error_y: {
      ...{ type: "data", array: sds, visible: sds.some((sd) => sd !== null), thickness: 1.2, width: 3 },
      // No rate is below zero, whatever a standard deviation says.
      ...{ symmetric: false, arrayminus: spreads.map((one) => Math.min(one?.sd ?? 0, one?.mean ?? 0)) },
    },
    marker,
    ...(numbered ? { text } : {}),
    ...{ textposition: "outside", textangle: 0, textfont: { size: 10 }, cliponaxis: false },
    hovertemplate: "%{x}: %{y:.4f}<extra>%{fullData.name}</extra>",
  }];
}
