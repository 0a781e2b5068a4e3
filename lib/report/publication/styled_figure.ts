import { type Figure, type Note, type Picture, type Trace, wrap } from "../figure.ts";
import { axesOf, axisOf, styledAxes } from "./axes.ts";
import { withSecondCue } from "./cues.ts";
import { inLegend, legendBelow, lettersIn, widthOf } from "./legend_below.ts";
import { AXIS_LINE, CURVE, MILLIMETRES, PIXELS, pixels } from "./lengths.ts";
import type { Style } from "./style.ts";

/** Dots per inch of line art. */
const DPI = 600;
/** A note beside the drawing takes at most this share of the width. */
const BESIDE = 0.3;
/** Height of a drawing area in ems, at least: a long legend makes a tall figure. */
const LOWEST = 9;
/** Height of a drawing area over its width, at least, and what a second panel adds. */
const [FLATTEST, PANEL] = [0.55, 0.35];

/**
 * A figure laid out anew for a publication: as wide as a column (as the page where it has many panels), every text of exactly the
 * style's size, no title in the drawing, no grid, thin lines, a second cue beside colour, the legend below.
 * The width is rounded down to whole pixels (0.26 mm), so that it never leaves its column.
 */
export function styledFigure(figure: Figure, style: Style): Figure {
  const { layout } = figure;
  const width = Math.floor((figure.wide === true ? style.page : style.column) * PIXELS / MILLIMETRES);
  const font = pixels(style.points);
  const notes = (layout.annotations ?? []).map((note) => fitted(note, width, font));
  const sides = sidesOf(layout, notes, width, font);
  const room = width - sides.l - sides.r;
  const data = drawn(figure, style, room);
  const below = hasLegend(layout, data) ? legendBelow(data, width, font) : { data, height: 0 };
  const [t, b] = [topRoom(notes, font), axisRoom(figure, room, font)];
  const tallest = style.tallest * PIXELS / MILLIMETRES - t - b - below.height;
  const height = Math.max(LOWEST * font, Math.min(tallest, room * shapeOf(layout)));
  const { title: _title, legend: _legend, ...kept } = layout;
  return {
    ...figure,
    data: sameFont(below.data, font),
    layout: {
      ...sameFont(kept, font),
      ...styledAxes(layout, { x: room, y: height }, font),
      ...{ width, height: Math.round(height + t + b + below.height) },
      font: { ...layout.font, size: font },
      margin: { ...sides, t, b: b + below.height, pad: 0 },
      ...("legend" in below ? { showlegend: true, legend: below.legend } : { showlegend: false }),
      shapes: (layout.shapes ?? []).map((shape) => thinShape(shape, font)),
      annotations: sameFont(notes, font),
      images: (layout.images ?? []).map(smaller),
    },
    print: { dpi: DPI },
  };
}

/** The traces in the style's lines, told apart without colour; `room` is the width of the drawing in pixels. */
function drawn({ data, layout }: Figure, style: Style, room: number): Trace[] {
  const font = pixels(style.points);
  const scale = Math.min(1, room / drawingArea(layout).width);
  const thin = withoutCramped(data.map((trace) => thinner(trace, scale, font)), room, font);
  const isLog = (axis: string) => axisOf(layout, axis)?.type === "log";
  return withSecondCue(thin, { isLog, size: font / 2, hatched: style.hatched });
}

/** Height over width of the drawing: the original's, but not so flat that axes have no room for their numbers. */
function shapeOf(layout: Figure["layout"]): number {
  const { width, height } = drawingArea(layout);
  const panels = new Set(axesOf(layout, "y").map(({ axis }) => axis.domain?.[0] ?? 0)).size;
  return Math.max(FLATTEST + Math.min(panels - 1, 1) * PANEL, height / width);
}

/** Where the original draws, in pixels. */
function drawingArea({ width, height, margin }: Figure["layout"]): { width: number; height: number } {
  const { l = 80, r = 80, t = 100, b = 80 } = margin ?? {};
  return { width: width - l - r, height: height - t - b };
}

function hasLegend({ showlegend }: Figure["layout"], data: readonly Trace[]): boolean {
  return showlegend !== false && data.filter(inLegend).length > (showlegend === true ? 0 : 1);
}

/** A note that stands right of the drawing. */
function isBeside({ x, xref, xanchor }: Note): boolean {
  return xref === "paper" && typeof x === "number" && x > 1 && xanchor === "left";
}

/** A note whose lines have room. */
function fitted(note: Note, width: number, font: number): Note {
  const letters = lettersIn((isBeside(note) ? BESIDE : 0.9) * width, font);
  const text = String(note.text).split("<br>").flatMap((line) => wrap(line, letters)).join("<br>");
  return { ...note, text };
}

/** Room left and right: of axes, and of notes beside the drawing. */
function sidesOf(
  { margin }: Figure["layout"],
  notes: readonly Note[],
  width: number,
  font: number,
): { l: number; r: number } {
  const beside = notes.filter(isBeside).map(({ text }) => widthOf(String(text), font));
  const left = margin?.l ?? 64;
  const ownNames = left > 64 ? Math.min(left, BESIDE * width) : 4.4 * font;
  return { l: left < 40 ? 6 : ownNames, r: beside.length === 0 ? font : Math.max(...beside) + font };
}

/** Room above: a line for notes that stand on top of the drawing. */
function topRoom(notes: readonly Note[], font: number): number {
  const above = notes.filter(({ y, yref, yanchor }) => yref === "paper" && y === 1 && yanchor === "bottom");
  return above.length === 0 ? 0.8 * font : 1.8 * font;
}

/** Room below the drawing: numbers and title of an axis; names of categories that do not fit stand aslant. */
function axisRoom({ layout, data }: Figure, room: number, font: number): number {
  if ((layout.margin?.b ?? 80) < 30) return font / 2;
  const names = layout.xaxis?.type === "category"
    ? [...new Set(data.flatMap((trace) => [...(trace as { x: string[] }).x]))]
    : [];
  const widths = names.map((name) => widthOf(name, font) + font);
  const aslant = widths.reduce((sum, some) => sum + some, 0) > room;
  return 3.6 * font + (aslant ? Math.max(...widths) / 2 : 0);
}

/** A picture inside the drawing leaves room for the words beside it. */
function smaller(picture: Picture): Picture {
  return Number(picture.x) < 0 ? picture : { ...picture, sizex: 0.8 * (picture.sizex ?? 1) };
}

function thinShape<Shape extends { line?: object }>(shape: Shape, font: number): Shape {
  return { ...shape, line: { ...shape.line, width: AXIS_LINE * font } };
}

/** Curves of a point, error bars of half a point, markers as much smaller as the drawing is. */
function thinner(trace: Trace, scale: number, font: number): Trace {
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
function withoutCramped(data: readonly Trace[], room: number, font: number): Trace[] {
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

/** The same with every font of one size. */
function sameFont<Thing>(thing: Thing, size: number): Thing {
  if (Array.isArray(thing)) {
    return (thing.some((one) => typeof one === "object")
      ? thing.map((one) => sameFont(one, size))
      : thing) as Thing;
  }
  if (typeof thing !== "object" || thing === null || ArrayBuffer.isView(thing)) return thing;
  return Object.fromEntries(
    Object.entries(thing).map((
      [key, value],
    ) => [key, /font$/i.test(key) ? { ...value, size } : sameFont(value, size)]),
  ) as Thing;
}
