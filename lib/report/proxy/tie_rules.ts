import { isEvaluated } from "../../learning/metrics.ts";
import { reportedValues, SNN_BY_PROXY } from "../../experiments/reported.ts";
import type { RunRecord } from "../../runs/record.ts";
import {
  axis,
  colour,
  emptyNote,
  type Figure,
  GREY,
  look,
  type Mark,
  type Note,
  type PointTrace,
  type Trace,
} from "../figure.ts";
import { evaluatedLabel, mainLabel, reducedLabel, spikingGroups } from "../label.ts";

/**
 * The rule that counts a tie with the true class as correct against argmax, a point for each evaluated epoch of each SNN:
 * how far a reported accuracy depends on the rule. The reported values are lines, as their argmax is not known.
 */
export function tieRules(records: readonly RunRecord[]): Figure {
  const groups = spikingGroups(records).filter(({ finished }) => finished.length > 0);
  const title = "What counting ties as correct does";
  const label = reducedLabel(records);
  const traces = groups.flatMap(({ first, finished }, index) =>
    points(finished, mainLabel(first), colour(index), index)
  );
  const range = [10 * Math.floor(Math.min(90, ...traces.flatMap(({ x }) => x)) / 10), 100.5] satisfies [
    number,
    number,
  ];
  return {
    name: "proxy-tie-rules",
    title,
    caption: `${evaluatedLabel(records)}; each point is an epoch of an SNN, the last ones filled. On the ` +
      "diagonal no tie is counted as correct. Dashed: reported values, of which the argmax is not known.",
    label,
    data: [diagonal(), ...traces],
    layout: {
      ...look(title, label, { width: 640, height: 560 }),
      xaxis: axis("Argmax accuracy (%)", { range, dtick: 10 }),
      yaxis: axis("Tie-inclusive accuracy (%)", { range, dtick: 10 }),
      shapes: REPORTED.map(({ value }) => reportedLine(value)),
      annotations: [
        ...REPORTED.map(({ value, text }, index) => reportedNote(value, text, index)),
        ...(groups.length > 0 ? [] : [emptyNote("No spiking run has finished.")]),
      ],
      showlegend: true,
      legend: { x: 0.98, y: 0.04, xanchor: "right", yanchor: "bottom" },
    },
  };
}

const REPORTED = reportedValues("fashion-mnist", SNN_BY_PROXY).map(({ value, tag }) => ({
  value,
  text: `${value.toFixed(2)} % (${tag})`,
}));

function diagonal(): Trace {
  return {
    ...{ type: "scatter", mode: "lines", x: [0, 100], y: [0, 100], showlegend: false, hoverinfo: "skip" },
    line: { color: GREY, width: 1 },
  };
}

const SYMBOLS = ["circle", "square", "diamond", "triangle-up"] as const;

function points(
  runs: readonly RunRecord[],
  name: string,
  color: string,
  index: number,
): (PointTrace & { x: number[] })[] {
  const lines = runs.flatMap(({ curve, last }) =>
    curve.filter(isEvaluated).map((line) => ({
      ...{ epoch: line.epoch, snn: line.evaluation.snn, isLast: line.epoch === last?.epoch },
    }))
  ).filter(({ snn }) => snn !== undefined);
  const symbol = SYMBOLS[index % SYMBOLS.length] as typeof SYMBOLS[number];
  return [{
    ...{ type: "scatter", mode: "markers", name },
    x: lines.map(({ snn }) => 100 * (snn?.argmax ?? NaN)),
    y: lines.map(({ snn }) => 100 * (snn?.tieInclusive ?? NaN)),
    text: lines.map(({ epoch }) => `epoch ${epoch}`),
    marker: {
      ...{ color, size: 8, line: { color, width: 1.5 } },
      symbol: lines.map(({ isLast }) => isLast ? symbol : `${symbol}-open` as const),
    },
    hovertemplate: `%{text}: argmax %{x:.2f} %, tie-inclusive %{y:.2f} %<extra>${name}</extra>`,
  }];
}

function reportedLine(value: number): Mark {
  const line = { color: GREY, width: 1.2, dash: "dash" } as const;
  return { type: "line", xref: "paper", x0: 0, x1: 1, y0: value, y1: value, line, layer: "below" };
}

/** The first above its line, the next below: the values lie close. */
function reportedNote(value: number, text: string, index: number): Note {
  return {
    ...{ text, x: 0.02, xref: "paper", xanchor: "left", y: value, yanchor: index === 0 ? "bottom" : "top" },
    ...{ showarrow: false, font: { size: 11, color: "#555555" } },
  };
}
