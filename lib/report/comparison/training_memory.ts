import type { TrainingMemory } from "../../experiments/proxy/training_memory.ts";
import { axis, colour, type Figure, look } from "../figure.ts";
import { type ColumnOf, makeTable, type Table } from "../table.ts";
import { wordsOf } from "../words/all.ts";

const MEBIBYTE = 2 ** 20;
const TITLE = "Memory of a training step against T";
const CAPTION =
  "Most bytes of tensors at once during one step, on top of parameters and images; the same on every machine.";

/** Memory of a training step against T, a line per learning rule. */
export function trainingMemoryFigure(measured: readonly TrainingMemory[]): Figure {
  const steps = timeStepsOf(measured);
  return {
    name: "training-memory",
    title: TITLE,
    caption: CAPTION,
    label: "",
    data: rulesOf(measured).map((rule, index) => {
      const line = measured.filter((one) => one.rule === rule);
      return {
        ...{
          type: "scatter",
          mode: "lines+markers",
          name: wordsOf({ name: rule }).short,
          line: { color: colour(index) },
        },
        x: line.map(({ T }) => T),
        y: line.map(({ bytes }) => bytes / MEBIBYTE),
        hovertemplate: "T = %{x}: %{y:.1f} MiB<extra>%{fullData.name}</extra>",
      };
    }),
    layout: {
      ...look(TITLE, "", { width: 760, height: 420 }),
      xaxis: axis("Time steps T", { tickvals: steps, rangemode: "tozero" }),
      yaxis: axis("Tensors of a step (MiB)", { rangemode: "tozero" }),
      showlegend: true,
      legend: { orientation: "h", x: 1, xanchor: "right", y: 1, yanchor: "bottom" },
    },
  };
}

/** The same numbers, with the growth from the fewest to the most steps. */
export function trainingMemoryTable(measured: readonly TrainingMemory[]): Table {
  const steps = timeStepsOf(measured);
  const bytes = (rule: Rule, T: number | undefined) =>
    measured.find((one) => one.rule === rule && one.T === T)?.bytes ?? NaN;
  return makeTable(
    {
      name: "training-memory",
      title: TITLE,
      caption: `MiB. ${CAPTION}`,
      label: "",
      notes: [
        "The proxy keeps nothing of the simulation but spike counts; back-propagation through time keeps every step.",
      ],
    },
    [
      { heading: "Learning rule", format: "text", cell: (rule) => wordsOf({ name: rule }).short },
      ...steps.map((T): ColumnOf<Rule> => ({
        ...{ heading: `T = ${T}`, format: "decimal", digits: 2 },
        cell: (rule) => bytes(rule, T) / MEBIBYTE,
      })),
      {
        ...{ heading: "last / first", format: "decimal", digits: 2 },
        cell: (rule) => bytes(rule, steps.at(-1)) / bytes(rule, steps[0]),
      },
    ],
    rulesOf(measured),
  );
}

type Rule = TrainingMemory["rule"];

function rulesOf(measured: readonly TrainingMemory[]): Rule[] {
  return [...new Set(measured.map(({ rule }) => rule))];
}

function timeStepsOf(measured: readonly TrainingMemory[]): number[] {
  return [...new Set(measured.map(({ T }) => T))].sort((a, b) => a - b);
}
