import { timeStepsOfRule } from "../../learning/rules/all.ts";
import type { RunRecord, TimeStepScore } from "../../runs/record.ts";
import { colour, emptyNote, type Figure, GREY, type Mark, type Note, type Trace } from "../figure.ts";
import {
  evaluatedLabel,
  reducedLabel,
  rowLabel,
  type RunGroup,
  seedsLabel,
  spikingGroups,
} from "../label.ts";
import { LOWER_PANEL, twoPanels } from "./panels.ts";
import { whyEmpty } from "../spiking/why_empty.ts";
import { type LineLook, type Series, seriesTraces } from "../spiking/series.ts";

/** Accuracy of the trained SNNs when they are read out after t = 1 ... 2T steps, both tie rules, and what is tied or silent. */
export function accuracyOverTime(records: readonly RunRecord[]): Figure {
  const groups = spikingGroups(records);
  const shown = groups.filter(({ finished }) => finished.some(({ spiking }) => spiking !== undefined));
  const title = "Accuracy against the number of time steps";
  const layout = twoPanels(title, reducedLabel(records), "Time steps T at read-out", { rangemode: "tozero" });
  const { shapes, annotations } = trainedMarks(shown);
  return {
    name: "proxy-accuracy-over-time",
    title,
    caption: `${evaluatedLabel(records)}, ${seedsLabel(groups.flatMap(runsOf))}. ${CAPTION}`,
    label: reducedLabel(records),
    data: groups.flatMap((group, index) => shown.includes(group) ? groupTraces(group, index) : []),
    layout: {
      ...layout,
      shapes,
      annotations: shown.length > 0 ? [...annotations, LOWER_PANEL] : [emptyNote(whyEmpty(groups))],
    },
  };
}

const CAPTION =
  "One simulation of each trained SNN, read out after every step. Before the first output spike an image " +
  "is silent, and the tie-inclusive rule calls it correct.";

function runsOf({ finished, diverged }: RunGroup): RunRecord[] {
  return [...finished, ...diverged];
}

function groupTraces({ first, finished }: RunGroup, index: number): Trace[] {
  const name = rowLabel(first, "snn");
  const line = (score: keyof TimeStepScore, style: Omit<LineLook, "colour" | "group">) =>
    seriesTraces(timeSeries(finished, score), { ...style, colour: colour(index), group: `${index}` });
  return [
    ...line("argmax", { name: `${name}, argmax`, markers: true }),
    ...line("tieInclusive", { name: `${name}, tie-incl.`, dash: "dot" }),
    ...line("tied", { name: `${name}, tied`, yaxis: "y2", legend: false }),
    ...line("silent", { name: `${name}, silent`, yaxis: "y2", legend: false, dash: "dot" }),
  ];
}

function timeSeries(runs: RunRecord[], score: keyof TimeStepScore): Series {
  const points = runs.flatMap(({ spiking }) => spiking?.overTime ?? []);
  const x = [...new Set(points.map(({ t }) => t))].sort((a, b) => a - b);
  return {
    x,
    values: x.map((t) => points.filter((point) => point.t === t).flatMap((point) => point[score] ?? [])),
  };
}

/** A vertical line at every T that a network was trained with. */
function trainedMarks(groups: RunGroup[]): { shapes: Mark[]; annotations: Note[] } {
  const steps = [
    ...new Set(groups.flatMap(({ first: { config } }) => timeStepsOfRule(config.rule) ?? [])),
  ];
  const line = { color: GREY, width: 1.5, dash: "dot" } as const;
  return {
    shapes: steps.map((T) => ({
      type: "line",
      x0: T,
      x1: T,
      yref: "paper",
      y0: 0,
      y1: 1,
      line,
      layer: "below",
    })),
    annotations: steps.map((T) => ({
      ...{ text: `trained with T = ${T}`, x: T, y: 1, yref: "paper", xanchor: "center", yanchor: "bottom" },
      ...{ showarrow: false, font: { size: 11, color: "#555555" } },
    })),
  };
}
