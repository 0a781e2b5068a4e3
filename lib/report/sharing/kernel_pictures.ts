import type { Filters, RunRecord } from "../../runs/record.ts";
import { type Axis, axisKey, axisName, type Figure, look } from "../figure.ts";
import { reducedLabel } from "../label.ts";
import { networkLabel, sharingLabel } from "./rows.ts";
import { requireRecord, requireSharing } from "../require_records.ts";

const COLUMNS = 16;
/** Pixels of the drawing for a filter and the space after it. */
const SIDE = 40;

/** The depthwise filters of a trained ConvMixer, each in its own scale from its lowest (dark) to its highest value. */
export function kernelPictures(record: RunRecord): Figure {
  requireRecord("Drawing filters", record);
  requireSharing("Drawing filters", [record]);
  const layers = record.classifier?.filters ?? [];
  const title = `Depthwise filters of ${networkLabel(record)}, shared: ${sharingLabel(record)}`;
  const label = reducedLabel([record]);
  const heights = layers.map(({ filters }) => Math.ceil(filters.length / COLUMNS));
  const rows = heights.reduce((sum, height) => sum + height, 0);
  const base = look(title, label, {
    width: COLUMNS * SIDE + 90,
    height: rows * SIDE + 130 + 30 * layers.length,
  });
  const { margin } = base;
  return {
    name: `${record.experiment}-kernels-${record.row}`,
    title,
    caption: `${layers.map(describe).join("; ")}. Each filter in its own scale: dark is its lowest value.`,
    label,
    data: layers.map((layer, index) => ({
      ...{ type: "heatmap", z: mosaic(layer), colorscale: "Greys", reversescale: true, showscale: false },
      ...{ zmin: 0, zmax: 1, hoverinfo: "skip", xaxis: axisName("x", index), yaxis: axisName("y", index) },
    })),
    layout: {
      ...base,
      margin: { ...margin, l: 30, r: 30, b: 20 },
      ...Object.fromEntries(layers.flatMap((_, index) => axes(index, heights))),
      annotations: layers.map(({ name }, index) => ({
        ...{ text: name, showarrow: false, x: 0, xref: "paper", xanchor: "left" },
        ...{ y: domain(index, heights)[1], yref: "paper", yanchor: "bottom", font: { size: 12 } },
      })),
    },
  };
}

function describe({ name, size, channels, filters }: Filters): string {
  const some = filters.length < channels ? `the first ${filters.length} of ${channels}` : `${channels}`;
  return `${name}: ${some} filters of ${size} × ${size}`;
}

/** From bottom to top of the drawing area, with room for a name above each. */
function domain(index: number, heights: number[]): [number, number] {
  const total = heights.reduce((sum, height) => sum + height + 1, 0);
  const above = heights.slice(0, index).reduce((sum, height) => sum + height + 1, 0);
  const height = heights[index] as number;
  return [1 - (above + 1 + height) / total, 1 - (above + 1) / total];
}

function axes(index: number, heights: number[]): [string, Axis][] {
  const hidden = { visible: false, fixedrange: true };
  const x: Axis = { ...hidden, anchor: axisName("y", index), domain: [0, 1] };
  const y: Axis = {
    ...{ ...hidden, anchor: axisName("x", index), domain: domain(index, heights), autorange: "reversed" },
    ...{ scaleanchor: axisName("x", index), constrain: "domain" },
  };
  return [[axisKey("x", index), x], [axisKey("y", index), y]];
}

/** The filters side by side with a pixel between them, each scaled to [0, 1]; null leaves a pixel white. */
function mosaic({ size, filters }: Filters): (number | null)[][] {
  const pitch = size + 1;
  const rows = Math.ceil(filters.length / COLUMNS);
  const columns = Math.min(COLUMNS, filters.length);
  const canvas = Array.from(
    { length: rows * pitch - 1 },
    () => new Array<number | null>(columns * pitch - 1).fill(null),
  );
  filters.forEach((filter, index) => {
    const [low, high] = [Math.min(...filter), Math.max(...filter)];
    const [top, left] = [Math.floor(index / COLUMNS) * pitch, (index % COLUMNS) * pitch];
    filter.forEach((value, at) => {
      const row = canvas[top + Math.floor(at / size)] as (number | null)[];
      row[left + at % size] = high === low ? 0.5 : (value - low) / (high - low);
    });
  });
  return canvas;
}
