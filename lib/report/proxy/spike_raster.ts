import { Buffer } from "node:buffer";
import type { Raster, RunRecord } from "../../runs/record.ts";
import {
  type Axis,
  axis,
  axisName,
  colour,
  emptyNote,
  type Figure,
  INK,
  look,
  type Picture,
  type Trace,
} from "../figure.ts";
import { divergenceLabel, mainLabel, reducedLabel, rowLabel } from "../label.ts";
import { pngUri } from "../png.ts";
import { className, imageShape } from "./classes.ts";
import { requireRecord } from "../require_records.ts";

type Layer = Raster["layers"][number];

const SIZE = { width: 760, height: 840 };
/** Left and right of the panels. */
const SIDES = { l: 110, r: 190 };
const GAP = 0.022;
/** The output layer has few neurons and names on its axis: each gets this many times the room of a hidden one. */
const OUTPUT_ROOM = 6;
/** The room of so many neurons fits the note beside a panel. */
const LEAST_ROOM = 20;

/** Which neurons of each layer fired at which step while the SNN saw one image. */
export function spikeRaster(record: RunRecord): Figure {
  requireRecord("Drawing a spike raster", record);
  const raster = record.spiking?.raster;
  const title = raster === undefined
    ? "Spike raster"
    : `Spike raster of ${rowLabel(record, "snn")}: ${className(record, raster.label)}`;
  return {
    name: `spike-raster-${record.row}`,
    title,
    caption:
      `Image ${
        raster?.index ?? "–"
      } of the ${record.evaluatedOn} set, seed ${record.config.seed}. A mark is a spike of one ` +
      "neuron; of larger layers some evenly spaced neurons are shown. The true class is in colour.",
    label: reducedLabel([record]),
    wide: true,
    data: raster === undefined ? [] : raster.layers.map((layer, at) => layerTrace(record, raster, layer, at)),
    layout: raster === undefined ? emptyLayout(record, title) : rasterLayout(record, raster, title),
  };
}

function emptyLayout(record: RunRecord, title: string): Figure["layout"] {
  const why = record.status === "diverged" ? divergenceLabel(record) : "has no spiking network";
  const note = emptyNote(
    `There is no raster: ${mainLabel(record)}, seed ${record.config.seed}, ${why}.`,
  );
  const hidden = { xaxis: { visible: false }, yaxis: { visible: false } };
  return {
    ...look(title, reducedLabel([record]), { width: 760, height: 300 }),
    ...hidden,
    annotations: [note],
  };
}

function layerTrace(
  record: RunRecord,
  raster: Raster,
  { name, neurons, spikes }: Layer,
  at: number,
): Trace {
  const points = spikes.flatMap((train, row) =>
    [...train].flatMap((mark, step) => mark === "1" ? [{ row, step: step + 1 }] : [])
  );
  const isOutput = at === raster.layers.length - 1;
  const ink = ({ row }: { row: number }) => neurons[row] === raster.label ? colour(1) : INK;
  const dash = 0.3 * (SIZE.width - SIDES.l - SIDES.r) / raster.T;
  return {
    type: "scatter",
    mode: "markers",
    x: points.map(({ step }) => step),
    y: points.map(({ row }) => row),
    yaxis: `y${at === 0 ? "" : at + 1}`,
    marker: isOutput
      ? { symbol: "square", size: Math.min(9, dash), color: points.map(ink) }
      : { symbol: "line-ew-open", size: dash, color: colour(0), line: { width: 1.7, color: colour(0) } },
    text: points.map(({ row }) =>
      isOutput ? className(record, neurons[row] as number) : `neuron ${neurons[row]}`
    ),
    hovertemplate: `${name}, %{text}, step %{x}<extra></extra>`,
    showlegend: false,
  };
}

function rasterLayout(record: RunRecord, raster: Raster, title: string): Figure["layout"] {
  const base = look(title, reducedLabel([record]), SIZE);
  const { margin } = base;
  const domains = layerDomains(raster.layers);
  const axes = raster.layers.map((
    layer,
    at,
  ) => [`yaxis${at === 0 ? "" : at + 1}`, layerAxis(record, raster, layer, domains[at] as [number, number])]);
  const last = raster.layers.length;
  return {
    ...base,
    margin: { ...margin, ...SIDES, b: 52 },
    xaxis: axis("Time step", {
      ...{ range: [0.4, raster.T + 0.6], dtick: raster.T <= 20 ? 1 : 5, tick0: raster.T <= 20 ? 1 : 0 },
      ...{ anchor: axisName("y", last - 1), gridcolor: "#f0f0f0" },
    }),
    ...Object.fromEntries(axes),
    annotations: raster.layers.map((layer, at) => layerNote(record, layer, domains[at] as [number, number])),
    images: inputImage(record, raster),
  };
}

/** Top to bottom in the network's order, heights by the neurons shown. */
function layerDomains(layers: Layer[]): [number, number][] {
  const rooms = layers.map(({ neurons }, at) =>
    at === layers.length - 1 ? OUTPUT_ROOM * neurons.length : Math.max(LEAST_ROOM, neurons.length)
  );
  const total = rooms.reduce((sum, room) => sum + room, 0);
  const free = 1 - GAP * (layers.length - 1);
  let top = 1;
  return rooms.map((room) => {
    const bottom = Math.max(0, top - free * room / total);
    const domain: [number, number] = [bottom, top];
    top = bottom - GAP;
    return domain;
  });
}

function layerAxis(record: RunRecord, raster: Raster, layer: Layer, domain: [number, number]): Axis {
  const common: Axis = {
    domain,
    range: [layer.neurons.length - 0.4, -0.6],
    showgrid: false,
    zeroline: false,
    mirror: true,
  };
  const isOutput = layer === raster.layers.at(-1);
  if (!isOutput) return axis("", { ...common, showticklabels: false, ticks: "" });
  const names = layer.neurons.map((neuron) => {
    const name = className(record, neuron);
    return neuron === raster.label ? `<b style="color:${colour(1)}">${name}</b>` : name;
  });
  return axis("", {
    ...common,
    tickvals: layer.neurons.map((_, row) => row),
    ticktext: names,
    tickfont: { size: 11 },
  });
}

/** The layer's name and how many of its neurons are shown, at the right of its panel. */
function layerNote(record: RunRecord, { name, neurons, spikes }: Layer, [bottom, top]: [number, number]) {
  const all = record.spiking?.neurons[name];
  const fired = spikes.filter((train) => train.includes("1")).length;
  const count = (value: number) => value.toLocaleString("en-US");
  const shown = all === undefined || all === neurons.length
    ? `${neurons.length} neurons`
    : `${neurons.length} of ${count(all)} neurons`;
  return {
    text: `<b>${name}</b><br>${shown},<br>${fired} of them fired`,
    ...{ x: 1.015, xref: "paper", xanchor: "left", y: (bottom + top) / 2, yref: "paper", yanchor: "middle" },
    ...{ showarrow: false, align: "left", font: { size: 11 } },
  };
}

/** The image itself, at the left of the first layers. */
function inputImage(record: RunRecord, raster: Raster): Picture[] {
  const example = record.spiking?.examples.find(({ index }) => index === raster.index);
  if (example === undefined) return [];
  const pixels = Buffer.from(example.pixels, "base64");
  return [{
    source: pngUri(pixels, imageShape(pixels.length)),
    ...{
      x: -0.02,
      xref: "paper",
      xanchor: "right",
      y: 1,
      yref: "paper",
      yanchor: "top",
      sizex: 0.18,
      sizey: 0.13,
    },
  }];
}
