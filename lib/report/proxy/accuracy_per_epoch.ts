import type { Life, RunRecord, Score } from "../../runs/record.ts";
import { isEvaluated } from "../../learning/metrics.ts";
import { type Axis, colour, emptyNote, type Figure, type Note, type Trace, wrap } from "../figure.ts";
import { livesOf } from "../frame.ts";
import {
  divergenceLabel,
  evaluatedLabel,
  groupRuns,
  mainLabel,
  reducedLabel,
  rowLabel,
  type RunGroup,
  seedsLabel,
} from "../label.ts";
import { LOWER_PANEL, twoPanels } from "./panels.ts";
import { type LineLook, type Series, seriesTraces } from "../spiking/series.ts";

/** Accuracy of every network after each epoch, both tie rules, and below it the share of tied and silent images. */
export function accuracyPerEpoch(records: readonly RunRecord[]): Figure {
  const groups = groupRuns(records);
  const diverged = groups.flatMap((group) => group.diverged);
  const crosses = groups.flatMap((group, index) =>
    group.diverged.flatMap((record) => divergenceCross(record, colour(index)))
  );
  const layout = twoPanels("Accuracy per epoch", reducedLabel(records), "Epoch", epochAxis(records));
  return {
    name: "proxy-accuracy-per-epoch",
    title: "Accuracy per epoch",
    caption: `${evaluatedLabel(records)}, ${seedsLabel(records)}. ${CAPTION}`,
    label: reducedLabel(records),
    data: [...groups.flatMap(groupTraces), ...crosses],
    layout: {
      ...layout,
      annotations: records.length === 0
        ? [emptyNote("There are no runs yet.")]
        : [...divergenceNote(diverged), LOWER_PANEL],
    },
  };
}

const CAPTION =
  "The lower panel shows how many images the SNN leaves tied or silent, which the tie-inclusive rule may count " +
  "as correct. Bands: one standard deviation.";

function groupTraces(group: RunGroup, index: number): Trace[] {
  const runs = group.finished.length > 0 ? group.finished : group.diverged;
  const end = group.finished.length > 0 ? "" : `, ${divergenceLabel(group.diverged[0] as RunRecord)}`;
  const line = (life: Life, score: keyof Score, style: Omit<LineLook, "colour" | "group">) =>
    seriesTraces(curveOf(runs, life, score), { ...style, colour: colour(index), group: `${index}` });
  const name = (life: Life) => `${rowLabel(group.first, life)}${end}`;
  if (!livesOf(group.first).includes("snn")) {
    return line("ann", "argmax", { name: name("ann"), markers: true });
  }
  return [
    ...line("snn", "argmax", { name: `${name("snn")}, argmax`, markers: true }),
    ...line("snn", "tieInclusive", { name: `${rowLabel(group.first, "snn")}, tie-incl.`, dash: "dot" }),
    ...line("ann", "argmax", { name: name("ann"), dash: "dash" }),
    ...line("snn", "tied", { name: `${rowLabel(group.first, "snn")}, tied`, yaxis: "y2", legend: false }),
    ...line("snn", "silent", {
      name: `${rowLabel(group.first, "snn")}, silent`,
      yaxis: "y2",
      legend: false,
      dash: "dot",
    }),
  ];
}

/** The values of a score over the runs at each epoch after which any of them was evaluated. */
function curveOf(runs: RunRecord[], life: Life, score: keyof Score): Series {
  const lines = runs.flatMap(({ curve }) => curve.filter(isEvaluated));
  const x = [...new Set(lines.map(({ epoch }) => epoch))].sort((a, b) => a - b);
  const at = (epoch: number) => lines.filter((line) => line.epoch === epoch);
  return { x, values: x.map((epoch) => at(epoch).flatMap((line) => line.evaluation[life]?.[score] ?? [])) };
}

/** A cross where a run's curve ends; a run without any epoch has no place for one. */
function divergenceCross(record: RunRecord, ink: string): Trace[] {
  const line = record.last;
  const [life] = livesOf(record);
  const accuracy = line?.evaluation[life as Life]?.argmax;
  if (line === null || accuracy === undefined) return [];
  const marker = { symbol: "x", size: 11, color: ink } as const;
  const text = divergenceText(record);
  return [{
    ...{ type: "scatter", mode: "markers", x: [line.epoch], y: [100 * accuracy], marker, showlegend: false },
    hovertemplate: `${text}<extra></extra>`,
  }];
}

/** Every diverged run in words, at the right above the lower panel's note. */
function divergenceNote(diverged: RunRecord[]): Note[] {
  if (diverged.length === 0) return [];
  return [{
    text: ["<b>✕ diverged runs</b>", ...diverged.flatMap((record) => wrap(divergenceText(record), 38))].join(
      "<br>",
    ),
    ...{ x: 1.025, xref: "paper", xanchor: "left", y: 0.27, yref: "paper", yanchor: "bottom" },
    ...{ showarrow: false, align: "left", font: { size: 11 } },
  }];
}

function divergenceText(record: RunRecord): string {
  return `${mainLabel(record)}, seed ${record.config.seed}: ${divergenceLabel(record)}`;
}

function epochAxis(records: readonly RunRecord[]): Axis {
  const epochs = Math.max(1, ...records.map(({ config }) => config.training.epochs));
  return { range: [0.8, epochs + 0.2], ...(epochs <= 20 ? { dtick: 1 } : {}) };
}
