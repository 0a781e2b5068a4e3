import type { RunRecord } from "../../runs/record.ts";
import {
  type Axis,
  axis,
  emptyNote,
  type Figure,
  GREY,
  INK,
  logTicks,
  look,
  type Mark,
  type Trace,
} from "../figure.ts";
import { spread } from "../frame.ts";
import { evaluatedLabel, isSpiking, mainLabel, reducedLabel, type RunGroup, seedsLabel } from "../label.ts";
import { seriesTraces } from "../spiking/series.ts";
import { whyEmpty } from "../spiking/why_empty.ts";
import { lastAccuracy, lineLook, methods, spikingMethods } from "./methods.ts";
import { costOfAnn, type ReadOut, readOuts } from "./time_and_cost.ts";
import { requireTwoLives } from "../require_records.ts";

/** Argmax accuracy of every trained SNN when it is read out after t steps; the ANN's as a level. */
export function accuracyAgainstTime(records: readonly RunRecord[]): Figure {
  requireTwoLives("Drawing accuracy against time steps", records);
  const steps = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
  return draw(records, {
    name: "over-time",
    title: "Accuracy against the number of time steps",
    caption:
      "One simulation of each trained SNN, read out after every step; bands are one standard deviation",
    xaxis: axis("Time steps t at read-out", { type: "log", tickvals: steps, ticktext: steps.map(String) }),
    x: ({ t }) => t,
    least: 1,
    ann: (level) => ({
      shapes: [{
        ...{ type: "line", xref: "paper", x0: 0, x1: 1, y0: level.accuracy, y1: level.accuracy },
        line: { color: INK, width: 1.5, dash: "dash" },
      }],
      data: [{
        ...{ type: "scatter", mode: "lines", x: [null], y: [null], name: level.name },
        line: { color: INK, width: 1.5, dash: "dash" },
      }],
    }),
  });
}

/** The same against what an image has cost until then: synaptic operations; the ANN at its multiply-accumulates. */
export function accuracyAgainstOperations(records: readonly RunRecord[]): Figure {
  requireTwoLives("Drawing accuracy against operations", records);
  const least = Math.max(0, ...annLevels(records).map(({ macs }) => macs / 1000));
  const operations = spikingMethods(records).flatMap(({ finished }) =>
    finished.flatMap((record) => readOuts(record).map((readOut) => readOut.operations))
  ).filter((some) => some >= least);
  return draw(records, {
    name: "against-operations",
    title: "Accuracy against synaptic operations",
    caption:
      "One simulation of each trained SNN, read out after every step, from a thousandth of the ANN's multiply-accumulates on; the ANN at these",
    xaxis: axis("Synaptic operations for an image", { type: "log", ...logTicks(operations) }),
    x: ({ operations }) => operations,
    least,
    ann: ({ name, accuracy, macs }) => ({
      shapes: [{
        ...{ type: "line", yref: "paper", y0: 0, y1: 1, x0: macs, x1: macs },
        line: { color: GREY, width: 1.2, dash: "dot" },
      }],
      data: [{
        ...{ type: "scatter", mode: "markers", x: [macs], y: [accuracy], name },
        marker: { color: INK, symbol: "star", size: 12 },
        hovertemplate: "%{x:.3s} multiply-accumulates: %{y:.2f} %<extra>%{fullData.name}</extra>",
      }],
    }),
  });
}

interface Level {
  name: string;
  /** Percent. */
  accuracy: number;
  macs: number;
}

interface Against {
  name: string;
  title: string;
  caption: string;
  xaxis: Axis;
  x: (readOut: ReadOut) => number;
  /** Read-outs before this x are left out. */
  least: number;
  ann: (level: Level) => { shapes: Mark[]; data: Trace[] };
}

function draw(records: readonly RunRecord[], against: Against): Figure {
  const { name, title, caption, xaxis, ann } = against;
  const groups = spikingMethods(records);
  const label = reducedLabel(records);
  const levels = annLevels(records).map(ann);
  const base = look(title, label, { width: 980, height: 500 });
  const { margin } = base;
  return {
    name: `${records[0]?.experiment ?? "comparison"}-${name}`,
    title,
    caption: `${evaluatedLabel(records)}, ${seedsLabel(records)}. ${caption}.`,
    label,
    data: [
      ...groups.flatMap((group) => curve(group, groups, against)),
      ...levels.flatMap(({ data }) => data),
    ],
    layout: {
      ...base,
      margin: { ...margin, r: 370 },
      xaxis,
      yaxis: axis("Accuracy, argmax (%)"),
      shapes: levels.flatMap(({ shapes }) => shapes),
      showlegend: true,
      legend: { x: 1.02, y: 1, xanchor: "left", yanchor: "top", font: { size: 12 } },
      annotations: groups.length > 0 ? [] : [emptyNote(whyEmpty(methods(records)))],
    },
  };
}

function annLevels(records: readonly RunRecord[]): Level[] {
  return methods(records).flatMap(({ first, finished }) => {
    const accuracy = spread(finished.map(lastAccuracy));
    if (isSpiking(first) || accuracy === null) return [];
    return [{ name: mainLabel(first), accuracy: 100 * accuracy.mean, macs: costOfAnn(first).macs }];
  });
}

/** Means over the seeds at each step, of x as of accuracy. */
function curve(
  group: RunGroup,
  all: readonly RunGroup[],
  { x, least }: Against,
): Trace[] {
  const runs = group.finished.map((record) => readOuts(record)).filter(({ length }) => length > 0);
  const steps = runs[0]?.length ?? 0;
  const at = Array.from({ length: steps }, (_, t) => runs.map((run) => run[t] as ReadOut));
  const points = at.map((some) => ({
    x: spread(some.map(x))?.mean ?? NaN,
    values: some.map(({ argmax }) => argmax),
  })).filter((point) => point.x > 0 && point.x >= least);
  return seriesTraces(
    { x: points.map((point) => point.x), values: points.map(({ values }) => values) },
    { ...lineLook(group, all), name: mainLabel(group.first), group: group.first.row },
  );
}
