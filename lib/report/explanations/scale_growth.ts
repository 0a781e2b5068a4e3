import { UsageError } from "../../errors.ts";
import { axis, colour, type Figure, logTicks, look, type PointTrace } from "../figure.ts";
import { isCollapse } from "../label.ts";
import { makeTable, type Table } from "../table.ts";

/** A training by proxy, as its scale tells it. */
export interface ScaleRun {
  classes: number;
  /** What was done about the scale, e.g. "norms frozen after one epoch". */
  policy: string;
  /** After every epoch: root mean square of the ANN's own output, accuracy of the SNN and share of silent images. */
  epochs: readonly { scale: number; argmax: number; silent: number }[];
}

/** A collapse is predicted where the scale is bound to grow, to the end, by more than this factor. */
const RUNAWAY = 10;

/**
 * How the scale of the proxy's output grows, what its first half lets one expect of the end, and what came of it. The prediction:
 * the scale goes on by the same factor an epoch, and one that ends more than ten times as large takes the SNN with it.
 */
export function scaleGrowthTable(runs: readonly ScaleRun[], caption: string, label = ""): Table {
  return makeTable(
    {
      name: "scale-growth",
      title: "The scale of the proxy's output, predicted and measured",
      caption,
      label,
      notes: [
        `Scale: root mean square of the ANN's own outputs, which the loss never sees. Predicted of the first half of the epochs: it grows on by the same factor. A collapse is predicted where it would end more than ${RUNAWAY} times as large as after the first epoch.`,
        "Collapsed: the SNN ends at most twice as good as guessing by argmax.",
        "One run each: no test.",
      ],
    },
    [
      { heading: "Policy", format: "text", cell: ({ policy }) => policy },
      { group: "Scale", heading: "epoch 1", format: "decimal", digits: 2, cell: ({ first }) => first },
      { group: "Scale", heading: "half-way", format: "decimal", digits: 2, cell: ({ half }) => half },
      {
        group: "Scale",
        heading: "end, predicted",
        format: "decimal",
        digits: 2,
        cell: ({ expected }) => expected,
      },
      { group: "Scale", heading: "end", format: "decimal", digits: 2, cell: ({ end }) => end },
      { heading: "SNN (%), best", format: "percent", cell: ({ best }) => best },
      { heading: "SNN (%), end", format: "percent", cell: ({ argmax }) => argmax },
      { heading: "silent (%), end", format: "percent", cell: ({ silent }) => silent },
      { heading: "Collapse predicted", format: "text", cell: ({ predicted }) => yesOrNo(predicted) },
      { heading: "Collapsed", format: "text", cell: ({ collapsed }) => yesOrNo(collapsed) },
    ],
    runs.map(growthOf),
  );
}

/** Scales over epochs, on a logarithmic axis. */
export function scaleGrowthFigure(runs: readonly ScaleRun[], caption: string, label = ""): Figure {
  const title = "Nothing holds the scale of the proxy's output";
  const traces = runs.map(({ policy, epochs }, index): PointTrace & { y: number[] } => ({
    ...{ type: "scatter", mode: "lines+markers", name: policy },
    ...{ x: epochs.map((_, at) => at + 1), y: epochs.map(({ scale }) => scale) },
    line: { color: colour(index), width: 2.2 },
    marker: { color: colour(index), size: 6 },
  }));
  return {
    ...{ name: "scale-growth", title, caption, label, data: traces },
    layout: {
      ...look(title, label, { width: 760, height: 440 }),
      xaxis: axis("Epoch", { rangemode: "tozero" }),
      yaxis: axis("Root mean square of the ANN's outputs", {
        ...{ type: "log", ...logTicks(traces.flatMap(({ y }) => y)) },
      }),
      showlegend: true,
      legend: { orientation: "h", x: 0, y: -0.2, yanchor: "top" },
    },
  };
}

function growthOf({ policy, classes, epochs }: ScaleRun) {
  const [last, half] = [epochs.at(-1), epochs[Math.floor((epochs.length - 1) / 2)]];
  const [first] = epochs;
  if (epochs.length < 3 || first === undefined || half === undefined || last === undefined) {
    throw new UsageError(
      `Telling the growth of scale of "${policy}": it has ${epochs.length} epochs, but half of them must tell the end; give 3 or more.`,
    );
  }
  const halfWay = Math.floor((epochs.length - 1) / 2);
  const factor = (half.scale / first.scale) ** (1 / halfWay);
  const expected = first.scale * factor ** (epochs.length - 1);
  const best = epochs.reduce((most, { argmax }) => Math.max(most, argmax), 0);
  return {
    ...{ policy, first: first.scale, half: half.scale, expected, end: last.scale, best },
    ...{ argmax: last.argmax, silent: last.silent },
    predicted: expected > RUNAWAY * first.scale,
    collapsed: isCollapse(last.argmax, classes),
  };
}

function yesOrNo(is: boolean): string {
  return is ? "yes" : "no";
}
