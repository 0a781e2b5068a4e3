import type { Figure, Picture, Trace } from "../figure.ts";
import { axesOf, axisOf, styledAxes } from "./axes.ts";
import { withSecondCue } from "./cues.ts";
import { inLegend } from "../legend_at_right.ts";
import { legendBelow } from "./legend_below.ts";
import { AXIS_LINE, MILLIMETRES, PIXELS, pixels } from "./lengths.ts";
import { axisRoom, fitted, sidesOf, topRoom } from "./rooms.ts";
import type { Style } from "./style.ts";
import { thinner, withoutCramped } from "./thin_traces.ts";

/** Dots per inch of line art. */
const DPI = 600;
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

/** A picture inside the drawing leaves room for the words beside it. */
function smaller(picture: Picture): Picture {
  return Number(picture.x) < 0 ? picture : { ...picture, sizex: 0.8 * (picture.sizex ?? 1) };
}

function thinShape<Shape extends { line?: object }>(shape: Shape, font: number): Shape {
  return { ...shape, line: { ...shape.line, width: AXIS_LINE * font } };
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
