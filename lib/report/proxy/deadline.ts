import type { RunRecord, TimeStepScore } from "../../runs/record.ts";
import { axis, colour, emptyNote, type Figure, look, type Trace, WIDEST } from "../figure.ts";
import { legendAtRight } from "../legend_at_right.ts";
import {
  evaluatedLabel,
  mainLabel,
  reducedLabel,
  type RunGroup,
  seedsLabel,
  spikingGroups,
} from "../label.ts";
import { type Series, seriesTraces } from "../spiking/series.ts";
import { whyEmpty } from "../spiking/why_empty.ts";

/**
 * Argmax accuracy and the share of unique answers of each SNN over the time steps. A rate code gets better with time; where
 * one spike is asked for, the wrong neurons fire it later, and all are level: right before a deadline and tied after it.
 */
export function deadlineCode(records: readonly RunRecord[]): Figure {
  const groups = spikingGroups(records).filter(({ finished }) =>
    finished.some(({ spiking }) => spiking !== undefined)
  );
  const title = "Rate code or deadline: what longer simulation does";
  const label = reducedLabel(records);
  return legendAtRight({
    name: "proxy-deadline",
    title,
    caption: `${evaluatedLabel(records)}, ${
      seedsLabel(groups.flatMap(({ finished }) => finished))
    }. One simulation of each trained SNN, read out after every step. Dashed: the share of images that one class alone is ahead in.`,
    label,
    data: groups.flatMap((group, index) => lines(group, colour(index), String(index))),
    layout: {
      ...look(title, label, { width: WIDEST, height: 440 }),
      xaxis: axis("Time steps at read-out", { rangemode: "tozero" }),
      yaxis: axis("Images (%)", { range: [0, 102] }),
      legend: { tracegroupgap: 8 },
      annotations: groups.length > 0 ? [] : [emptyNote(whyEmpty(spikingGroups(records)))],
    },
  });
}

function lines({ first, finished }: RunGroup, ink: string, group: string): Trace[] {
  const name = mainLabel(first);
  return [
    ...seriesTraces(overTime(finished, ({ argmax }) => argmax), {
      ...{ name: `${name}: argmax is right`, colour: ink, group },
    }),
    ...seriesTraces(overTime(finished, ({ tied }) => 1 - tied), {
      ...{ name: `${name}: not tied`, colour: ink, group, dash: "dash" as const },
    }),
  ];
}

function overTime(runs: readonly RunRecord[], value: (score: TimeStepScore) => number): Series {
  const scores = runs.flatMap(({ spiking }) => spiking?.overTime ?? []);
  const x = [...new Set(scores.map(({ t }) => t))].sort((a, b) => a - b);
  return { x, values: x.map((t) => scores.filter((score) => score.t === t).map(value)) };
}
