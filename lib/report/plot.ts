import { axis, type Figure, look, PALETTE } from "./figure.ts";

/** What a plot says in words. */
export interface PlotOptions {
  /** The horizontal axis, with its unit. */
  x: string;
  /** The vertical axis, with its unit. */
  y: string;
  /** Says what is shown. */
  caption?: string;
  /** Pixels; 760 x 420 where they are not given. */
  width?: number;
  height?: number;
  /** Plotly's settings of an axis, over the house's, e.g. { type: "log" }. */
  xaxis?: Record<string, unknown>;
  yaxis?: Record<string, unknown>;
}

/** Pixels of a legend's line, under the title. */
const LEGEND = 22;

/**
 * A figure of plotly's traces in the house's look, for `show`; values may be typed arrays, as tensors give them. A legend stands
 * above the plot where traces have names.
 *
 * ```ts
 * import { plot, show } from "weightshare";
 *
 * await show(plot("A ReLU", [{ x: [-1, 0, 1], y: [0, 0, 1], name: "ReLU" }], { x: "Input", y: "Output" }));
 * ```
 */
export function plot(
  title: string,
  traces: readonly Record<string, unknown>[],
  options: PlotOptions,
): Figure {
  const { x, y, caption = "", width = 760, height = 420, xaxis = {}, yaxis = {} } = options;
  const showlegend = traces.some((trace) => trace["name"] !== undefined && trace["showlegend"] !== false);
  const base = look(title, "", { width, height });
  const margin = base["margin"] as { t: number };
  return {
    name: title.toLowerCase().replace(/[^a-z0-9]+/g, "-"),
    title,
    caption,
    label: "",
    data: traces.map(plainArrays),
    layout: {
      ...base,
      margin: { ...margin, t: margin.t + (showlegend ? LEGEND : 0) },
      colorway: [...PALETTE],
      xaxis: axis(x, withTicks(xaxis)),
      yaxis: axis(y, withTicks(yaxis)),
      showlegend,
      legend: { orientation: "h", x: 1, xanchor: "right", y: 1, yanchor: "bottom" },
    },
  };
}

/** A logarithmic axis has ticks at 1, 2, 5, 10, ..., written level. */
function withTicks(settings: Record<string, unknown>): Record<string, unknown> {
  return settings["type"] === "log" ? { dtick: "D2", tickangle: 0, ...settings } : settings;
}

/** Notebooks carry JSON, which has no typed arrays. */
function plainArrays(trace: Record<string, unknown>): Record<string, unknown> {
  const plain = (value: unknown) => ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value;
  return Object.fromEntries(Object.entries(trace).map(([key, value]) => [key, plain(value)]));
}
