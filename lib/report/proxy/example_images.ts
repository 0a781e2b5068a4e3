import { Buffer } from "node:buffer";
import type { Example, RunRecord } from "../../runs/record.ts";
import { type Reading, readOutputs } from "../../spiking/readout.ts";
import {
  type Axis,
  axisName,
  colour,
  emptyNote,
  type Figure,
  GREY,
  INK,
  look,
  type Note,
  type Picture,
  type Trace,
  WIDEST,
} from "../figure.ts";
import { divergenceLabel, mainLabel, reducedLabel } from "../label.ts";
import { pngUri } from "../png.ts";
import { className, imageShape } from "./classes.ts";
import { requireRecord } from "../require_records.ts";

const COLUMNS = 4;
const CELL = { width: WIDEST / COLUMNS, height: 170 };
const TRUE_CLASS = colour(2);
const MISTAKE = colour(1);

/** Evaluation images with the SNN's spike count per class: the true class in green, what was answered instead in red. */
export function exampleImages(record: RunRecord): Figure {
  requireRecord("Drawing example images", record);
  const examples = record.spiking?.examples ?? [];
  const rows = Math.max(1, Math.ceil(examples.length / COLUMNS));
  const title = `Spike counts of ${mainLabel(record)}`;
  const base = look(title, reducedLabel([record]), {
    width: COLUMNS * CELL.width,
    height: rows * CELL.height + 90,
  });
  const cells = examples.map((example, at) => drawCell(record, example, at, rows));
  return {
    name: `example-images-${record.row}`,
    title,
    caption:
      `The first ${examples.length} ${record.evaluatedOn} images and the SNN's output spikes per class, seed ` +
      `${record.config.seed}. Green: the true class; red: the answer (argmax) where it is another.`,
    label: reducedLabel([record]),
    wide: true,
    data: cells.map(({ trace }) => trace),
    layout: {
      ...base,
      margin: { ...base.margin, l: 8, r: 16, b: 16 },
      showlegend: false,
      ...Object.assign({}, ...cells.map(({ axes }) => axes)),
      images: cells.map(({ image }) => image),
      annotations: examples.length > 0 ? cells.map(({ title }) => title) : [emptyNote(whyNone(record))],
      ...(examples.length > 0 ? {} : { height: 300, xaxis: { visible: false }, yaxis: { visible: false } }),
    },
  };
}

function whyNone(record: RunRecord): string {
  const why = record.status === "diverged" ? divergenceLabel(record) : "has no spiking network";
  return `There are no spike counts: ${mainLabel(record)}, seed ${record.config.seed}, ${why}.`;
}

function drawCell(record: RunRecord, example: Example, at: number, rows: number) {
  const place = placeOf(at, rows);
  const reading = readOutputs(example.counts, example.label);
  return {
    trace: bars(record, example, reading, at),
    axes: cellAxes(record, example, place, at),
    image: cellImage(example, place),
    title: cellTitle(record, example, reading, place),
  };
}

interface Place {
  left: number;
  right: number;
  bottom: number;
  top: number;
}

function placeOf(at: number, rows: number): Place {
  const [column, row] = [at % COLUMNS, Math.floor(at / COLUMNS)];
  return {
    left: column / COLUMNS,
    right: (column + 1) / COLUMNS,
    bottom: 1 - (row + 1) / rows,
    top: 1 - row / rows,
  };
}

/** A point of a cell, given as fractions of it, on the figure's paper. */
function within({ left, right, bottom, top }: Place, x: number, y: number): [number, number] {
  return [left + x * (right - left), bottom + y * (top - bottom)];
}

function bars(
  record: RunRecord,
  { counts, label }: Example,
  { prediction }: Reading,
  at: number,
): Trace {
  const ink = (index: number) => index === label ? TRUE_CLASS : index === prediction ? MISTAKE : GREY;
  return {
    ...{ type: "bar", orientation: "h", xaxis: axisName("x", at), yaxis: axisName("y", at) },
    x: counts,
    y: counts.map((_, index) => index),
    marker: { color: counts.map((_, index) => ink(index)) },
    text: counts.map((count) => count === 0 ? "" : String(count)),
    ...{ textposition: "outside", textfont: { size: 9 }, cliponaxis: false, textangle: 0 },
    customdata: counts.map((_, index) => className(record, index)),
    hovertemplate: "%{customdata}: %{x} spikes<extra></extra>",
  };
}

function cellAxes(
  record: RunRecord,
  { counts, label }: Example,
  place: Place,
  at: number,
): Record<string, Axis> {
  const suffix = at === 0 ? "" : String(at + 1);
  const [left, bottom] = within(place, 0.62, 0.04);
  const [right, top] = within(place, 0.96, 0.78);
  const names = counts.map((_, index) => {
    const name = className(record, index);
    return index === label ? `<b>${name}</b>` : name;
  });
  const quiet = { fixedrange: true, zeroline: false, showgrid: false };
  return {
    [`xaxis${suffix}`]: {
      ...{ ...quiet, domain: [left, right], anchor: axisName("y", at), showticklabels: false, ticks: "" },
      range: [0, Math.max(4, ...counts) * 1.15],
    },
    [`yaxis${suffix}`]: {
      ...{
        ...quiet,
        domain: [bottom, top],
        anchor: axisName("x", at),
        range: [counts.length - 0.5, -0.5],
        showline: true,
      },
      ...{
        linecolor: INK,
        tickvals: counts.map((_, index) => index),
        ticktext: names,
        tickfont: { size: 9 },
        ticks: "",
      },
    },
  };
}

function cellImage({ pixels }: Example, place: Place): Picture {
  const bytes = Buffer.from(pixels, "base64");
  const [x, y] = within(place, 0.02, 0.78);
  const sizex = 0.35 * (place.right - place.left);
  return {
    source: pngUri(bytes, imageShape(bytes.length)),
    ...{
      x,
      y,
      xref: "paper",
      yref: "paper",
      sizex,
      sizey: 0.5 * (place.top - place.bottom),
      sizing: "contain",
    },
    ...{ xanchor: "left", yanchor: "top" },
  };
}

function cellTitle(
  record: RunRecord,
  example: Example,
  reading: Reading,
  place: Place,
): Note {
  const [x, y] = within(place, 0.02, 0.97);
  const { text, ink } = verdict(record, example, reading);
  return {
    text: `<b>${className(record, example.label)}</b><br><span style="color:${ink}">${text}</span>`,
    ...{
      x,
      y,
      xref: "paper",
      yref: "paper",
      xanchor: "left",
      yanchor: "top",
      align: "left",
      showarrow: false,
    },
    font: { size: 11 },
  };
}

/** What became of an image, in words, so that colour alone does not say it. */
function verdict(record: RunRecord, { counts }: Example, reading: Reading): { text: string; ink: string } {
  if (reading.silent) return { text: "silent: no output spike", ink: MISTAKE };
  const largest = counts[reading.prediction];
  const others = counts.filter((count) => count === largest).length;
  if (reading.tied) {
    const among = reading.tieCorrect ? "true class among them" : "true class not among them";
    return { text: `tied: ${others} classes, ${among}`, ink: reading.tieCorrect ? "#9a6a00" : MISTAKE };
  }
  if (reading.argmaxCorrect) return { text: "right", ink: TRUE_CLASS };
  return { text: `wrong: ${className(record, reading.prediction)}`, ink: MISTAKE };
}
