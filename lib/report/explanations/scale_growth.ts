import { CLASSES } from "../../data/classes.ts";
import { UsageError } from "../../errors.ts";
import { isEvaluated, type Score } from "../../learning/metrics.ts";
import type { RunRecord } from "../../runs/record.ts";
import { axis, colour, emptyNote, type Figure, look, type PointTrace, WIDEST } from "../figure.ts";
import { legendAtRight } from "../legend_at_right.ts";
import { logTicks } from "../log_ticks.ts";
import { isCollapse, mainLabel, reducedLabel, spikingGroups } from "../label.ts";
import { makeTable, type Table } from "../table.ts";

/** A training by proxy, as the scale of its ANN's output tells it. */
export interface ScaleRun {
  name: string;
  /** What it reduces, or "". */
  label: string;
  classes: number;
  /**
   * After each evaluated epoch: root mean square of the distance of the ANN's own output from the target, accuracy of the SNN and
   * share of silent images.
   */
  epochs: readonly { epoch: number; scale: number; argmax: number; silent: number }[];
}

/** So many evaluated epochs have a first half. */
const LEAST = 3;

/** The scales of every finished run whose record has both lives in three epochs or more. */
export function scaleRuns(records: readonly RunRecord[]): ScaleRun[] {
  return spikingGroups(records).flatMap(({ finished }) => finished).flatMap((record) => {
    const epochs = record.curve.filter(isEvaluated).flatMap(({ epoch, evaluation: { snn, ann } }) =>
      snn === undefined || ann === undefined ? [] : [scaleAt(epoch, snn, ann)]
    );
    const { config: { data, seed } } = record;
    const name = `${mainLabel(record)}, seed ${seed}`;
    const classes = CLASSES[data.name].length;
    return epochs.length < LEAST ? [] : [{ name, label: reducedLabel([record]), classes, epochs }];
  });
}

/** An epoch of a run, from the scores of both lives. */
export function scaleAt(
  epoch: number,
  { argmax, silent }: Pick<Score, "argmax" | "silent">,
  { loss }: Pick<Score, "loss">,
): ScaleRun["epochs"][number] {
  return { epoch, scale: Math.sqrt(loss), argmax, silent };
}

/** A collapse is predicted where the scale is bound to grow, to the end, by more than this factor. */
const RUNAWAY = 10;

const NAME = "scale-growth";
const CAPTION =
  "After each evaluated epoch: root mean square of the distance of the ANN's own output from the target.";

/**
 * How the scale of the proxy's output grows, what its first half lets one expect of the end, and what came of it. The prediction:
 * the scale goes on by the same factor an epoch, and one that ends more than ten times as large takes the SNN with it.
 */
export function scaleGrowthTable(runs: readonly ScaleRun[]): Table {
  return makeTable(
    {
      name: NAME,
      title: "The scale of the proxy's output, predicted and measured",
      caption: CAPTION,
      label: labelOf(runs),
      notes: [
        `End, predicted: as if the scale went on by the factor an epoch of the first half. A collapse is predicted where that is more than ${RUNAWAY} times the first scale.`,
        "Collapsed: the SNN ends at most twice as good as guessing by argmax. Single runs: no test.",
      ],
    },
    [
      { heading: "Run", format: "text", cell: ({ name }) => name },
      { heading: "Epochs", format: "integer", cell: ({ epochs }) => epochs },
      { group: "Scale", heading: "first", format: "decimal", digits: 2, cell: ({ first }) => first },
      { group: "Scale", heading: "half-way", format: "decimal", digits: 2, cell: ({ half }) => half },
      {
        group: "Scale",
        heading: "end, predicted",
        format: "decimal",
        digits: 2,
        cell: ({ expected }) => expected,
      },
      { group: "Scale", heading: "end", format: "decimal", digits: 2, cell: ({ end }) => end },
      { group: "SNN (%)", heading: "best", format: "percent", cell: ({ best }) => best },
      { group: "SNN (%)", heading: "end", format: "percent", cell: ({ argmax }) => argmax },
      { group: "SNN (%)", heading: "silent", format: "percent", cell: ({ silent }) => silent },
      { heading: "Collapse predicted", format: "text", cell: ({ predicted }) => yesOrNo(predicted) },
      { heading: "Collapsed", format: "text", cell: ({ collapsed }) => yesOrNo(collapsed) },
    ],
    runs.map(growthOf),
  );
}

/** Scales over epochs, both axes logarithmic: runs of ten and of a hundred epochs are seen beside each other. */
export function scaleGrowthFigure(runs: readonly ScaleRun[]): Figure {
  const title = "Nothing holds the scale of the proxy's output";
  const traces = runs.map(({ name, epochs }, index): PointTrace & { x: number[]; y: number[] } => ({
    ...{ type: "scatter", mode: "lines+markers", name },
    ...{ x: epochs.map(({ epoch }) => epoch), y: epochs.map(({ scale }) => scale) },
    line: { color: colour(index), width: 2.2 },
    marker: { color: colour(index), size: 6 },
  }));
  const label = labelOf(runs);
  return legendAtRight({
    ...{ name: NAME, title, caption: CAPTION, label, data: traces },
    layout: {
      ...look(title, label, { width: WIDEST, height: 440 }),
      xaxis: axis("Epoch", { type: "log", ...logTicks(traces.flatMap(({ x }) => x)) }),
      yaxis: axis("Scale of the ANN's output", { type: "log", ...logTicks(traces.flatMap(({ y }) => y)) }),
      annotations: runs.length > 0 ? [] : [emptyNote(`No run has ${LEAST} evaluated epochs of both lives.`)],
    },
  });
}

function growthOf({ name, classes, epochs }: ScaleRun) {
  const [first, last] = [epochs[0], epochs.at(-1)];
  if (first === undefined || last === undefined || epochs.length < LEAST) {
    throw new UsageError(
      `Telling the growth of scale of "${name}": it has ${epochs.length} evaluated epochs, of which half must tell the end; give ${LEAST} or more.`,
    );
  }
  const half = epochs.findLast(({ epoch }) => epoch <= (first.epoch + last.epoch) / 2) ?? first;
  const power = (last.epoch - first.epoch) / Math.max(1, half.epoch - first.epoch);
  const expected = first.scale * (half.scale / first.scale) ** power;
  return {
    ...{ name, epochs: last.epoch, first: first.scale, half: half.scale, expected, end: last.scale },
    ...{ best: epochs.reduce((most, { argmax }) => Math.max(most, argmax), 0) },
    ...{ argmax: last.argmax, silent: last.silent },
    predicted: expected > RUNAWAY * first.scale,
    collapsed: isCollapse(last.argmax, classes),
  };
}

function labelOf(runs: readonly ScaleRun[]): string {
  return [...new Set(runs.map(({ label }) => label).filter((label) => label !== ""))].join(" ");
}

function yesOrNo(is: boolean): string {
  return is ? "yes" : "no";
}
