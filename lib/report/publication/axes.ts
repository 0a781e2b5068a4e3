import { type Axis, type Figure, wrap } from "../figure.ts";
import { lettersIn } from "./legend_below.ts";
import { AXIS_LINE } from "./lengths.ts";

/** Letters of a number at an axis, and the lines that it takes where numbers stand above each other. */
const [NUMBER, APART] = [5.5, 1.6];
/** How much longer than its axis a title may be. */
const OVERHANG = 1.3;

interface Named {
  name: string;
  axis: Axis;
}

/** The axes of a layout by their keys, "xaxis", "yaxis2", ... */
export function axesOf(layout: Figure["layout"], letter: "x" | "y"): Named[] {
  return Object.entries(layout).filter(([name]) => new RegExp(`^${letter}axis\\d*$`).test(name))
    .map(([name, axis]) => ({ name, axis: axis as Axis }));
}

/** The axis "x2" as the layout has it. */
export function axisOf(layout: Figure["layout"], name: string): Axis | undefined {
  return (layout as Record<string, unknown>)[name.replace(/^([xy])/, "$1axis")] as Axis | undefined;
}

/** The axes without grids, in thin lines and one size of text; `room` is the drawing's size in pixels. */
export function styledAxes(
  layout: Figure["layout"],
  room: { x: number; y: number },
  font: number,
): Record<string, Axis> {
  const styled = (["x", "y"] as const).flatMap((letter) =>
    axesOf(layout, letter).map(({ name, axis }) => {
      const [from, to] = axis.domain ?? [0, 1];
      const length = room[letter] * (Number(to) - Number(from));
      return [name, styledAxis(axis, length, letter === "x" ? NUMBER * 0.53 * font : APART * font, font)];
    })
  );
  return Object.fromEntries(styled);
}

/** `apart` is the room in pixels that a number takes along the axis. */
function styledAxis(axis: Axis, length: number, apart: number, font: number): Axis {
  const { text = "" } = axis.title as { text?: string } | undefined ?? {};
  const lines = wrap(text, lettersIn(OVERHANG * length, font)).join("<br>");
  return {
    ...axis,
    ...{ showgrid: false, zeroline: false, linewidth: AXIS_LINE * font, tickwidth: AXIS_LINE * font },
    ...{ ticklen: 0.35 * font, tickfont: { ...axis.tickfont, size: font } },
    title: { ...axis.title as object, text: lines, standoff: 0.5 * font, font: { size: font } },
    ...fewerTicks(axis, length, apart),
  };
}

/** Of ticks 1, 2, 5, 10, ... only the powers of ten, where all have no room. */
function fewerTicks({ type, tickvals, ticktext, range }: Axis, length: number, apart: number): Axis {
  if (type !== "log" || tickvals === undefined || ticktext === undefined || range !== undefined) return {};
  if (tickvals.length * apart <= length) return {};
  const ticks = [...tickvals as number[]].map((value, at) => ({ value, text: ticktext[at] as string }));
  const tens = ticks.filter(({ value }) => Number.isInteger(Math.log10(value)));
  if (tens.length < 2) return {};
  return { tickvals: tens.map(({ value }) => value), ticktext: tens.map(({ text }) => text) };
}
