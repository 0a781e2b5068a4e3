import { type Figure, type Note, wrap } from "../figure.ts";
import { lettersIn, widthOf } from "./legend_below.ts";

/** A note beside the drawing takes at most this share of the width. */
const BESIDE = 0.3;

/** A note that stands right of the drawing. */
function isBeside({ x, xref, xanchor }: Note): boolean {
  return xref === "paper" && typeof x === "number" && x > 1 && xanchor === "left";
}

/** A note whose lines have room. */
export function fitted(note: Note, width: number, font: number): Note {
  const letters = lettersIn((isBeside(note) ? BESIDE : 0.9) * width, font);
  const text = String(note.text).split("<br>").flatMap((line) => wrap(line, letters)).join("<br>");
  return { ...note, text };
}

/** Room left and right: of axes, and of notes beside the drawing. */
export function sidesOf(
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
export function topRoom(notes: readonly Note[], font: number): number {
  const above = notes.filter(({ y, yref, yanchor }) => yref === "paper" && y === 1 && yanchor === "bottom");
  return above.length === 0 ? 0.8 * font : 1.8 * font;
}

/** Room below the drawing: numbers and title of an axis; names of categories that do not fit stand aslant. */
export function axisRoom({ layout, data }: Figure, room: number, font: number): number {
  if ((layout.margin?.b ?? 80) < 30) return font / 2;
  const names = layout.xaxis?.type === "category"
    ? [...new Set(data.flatMap((trace) => [...(trace as { x: string[] }).x]))]
    : [];
  const widths = names.map((name) => widthOf(name, font) + font);
  const aslant = widths.reduce((sum, some) => sum + some, 0) > room;
  return 3.6 * font + (aslant ? Math.max(...widths) / 2 : 0);
}
