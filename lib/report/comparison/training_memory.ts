import type { TrainingMemory } from "../../experiments/proxy/training_memory.ts";
import { axis, colour, type Figure, look } from "../figure.ts";
import type { Table } from "../table.ts";
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
  return {
    name: "training-memory",
    title: TITLE,
    caption: `MiB. ${CAPTION}`,
    label: "",
    columns: [
      { heading: "Learning rule", format: "text" },
      ...steps.map((T) => ({ heading: `T = ${T}`, format: "decimal" as const, digits: 2 })),
      { heading: "last / first", format: "decimal", digits: 2 },
    ],
    rows: rulesOf(measured).map((rule) => {
      const bytes = steps.map((T) => measured.find((one) => one.rule === rule && one.T === T)?.bytes ?? NaN);
      return [
        wordsOf({ name: rule }).short,
        ...bytes.map((some) => some / MEBIBYTE),
        (bytes.at(-1) ?? NaN) / (bytes[0] ?? NaN),
      ];
    }),
    notes: [
      "The proxy keeps nothing of the simulation but spike counts; back-propagation through time keeps every step.",
    ],
  };
}

function rulesOf(measured: readonly TrainingMemory[]): TrainingMemory["rule"][] {
  return [...new Set(measured.map(({ rule }) => rule))];
}

function timeStepsOf(measured: readonly TrainingMemory[]): number[] {
  return [...new Set(measured.map(({ T }) => T))].sort((a, b) => a - b);
}
