import type { Trace } from "../figure.ts";
import { widthOf } from "./legend_below.ts";
import { AXIS_LINE, CURVE } from "./lengths.ts";

/** Curves of a point, error bars of half a point, markers as much smaller as the drawing is. */
export function thinner(trace: Trace, scale: number, font: number): Trace {
  const { line, marker, error_y } = trace as Record<string, Record<string, unknown> | undefined>;
  const least = Number(marker?.["size"]) >= 6 ? 0.45 * font : 2;
  const size = typeof marker?.["size"] === "number" ? Math.max(least, marker["size"] * scale) : undefined;
  return {
    ...trace,
    ...(line === undefined || line["width"] === 0 ? {} : { line: { ...line, width: CURVE * font } }),
    ...(size === undefined ? {} : { marker: { ...marker, size, ...thinEdge(marker ?? {}, font) } }),
    ...(error_y === undefined ? {} : { error_y: { ...error_y, thickness: AXIS_LINE * font, width: 2 } }),
  } as Trace;
}

type Bar = { orientation?: string; text?: string[]; x: unknown[] };

/** Bars of which all have room for the number above them, or none carries one. */
export function withoutCramped(data: readonly Trace[], room: number, font: number): Trace[] {
  const bars = data.filter(({ type }) => type === "bar") as Bar[];
  const width = 0.75 * room / (Math.max(...bars.map(({ x }) => x.length)) * bars.length);
  const fits = bars.every(({ orientation, text = [] }) =>
    orientation === "h" || text.every((one) => widthOf(one, font) <= width)
  );
  return data.map((trace) => {
    const { text, ...rest } = trace as Trace & Bar;
    if (trace.type !== "bar" || text === undefined) return trace;
    return { ...rest, ...(fits ? { text, constraintext: "none" } : {}) } as Trace;
  });
}

function thinEdge({ line }: Record<string, unknown>, font: number): { line?: object } {
  return line === undefined ? {} : { line: { ...line as object, width: CURVE * font } };
}
