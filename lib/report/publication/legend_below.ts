import type { Figure, Trace } from "../figure.ts";
import { wrap } from "../figure.ts";
import { inLegend } from "../legend_at_right.ts";

/** Mean width of a letter, in ems. */
const LETTER = 0.53;
/** Plotly's: pixels of an entry's symbol with the spaces around it, its least height and what follows it; ems of a line. */
const [SYMBOL, LEAST, AFTER, LINE] = [42, 16, 3, 1.3];

/** How many letters of a size in pixels fit into a width in pixels. */
export function lettersIn(width: number, font: number): number {
  return Math.max(6, Math.floor(width / (LETTER * font)));
}

/** Pixels that a text's longest line takes, about; markup is not counted. */
export function widthOf(text: string, font: number): number {
  const lines = text.split("<br>").map((line) => line.replace(/<[^>]*>/g, "").length);
  return LETTER * font * Math.max(...lines);
}

/** Traces whose names fit, and the legend that stands below the drawing in as many columns as fit. */
export interface LegendBelow {
  data: Trace[];
  legend: NonNullable<Figure["layout"]["legend"]>;
  /** Pixels that it takes. */
  height: number;
}

/** A legend below a drawing of some width; `font` is the size of its text (all in pixels). */
export function legendBelow(data: readonly Trace[], width: number, font: number): LegendBelow {
  const letters = lettersIn(width - SYMBOL, font);
  const named = data.map((trace) => {
    const { legendgroup: _group, ...rest } = trace as Trace & { legendgroup?: string };
    const name = rest.name?.replaceAll("<br>", " ");
    return { ...rest, ...(name === undefined ? {} : { name: wrap(name, letters).join("<br>") }) } as Trace;
  });
  const names = named.filter(inLegend).map(({ name }) => String(name));
  const entry = SYMBOL + Math.max(0, ...names.map((name) => widthOf(name, font)));
  const columns = Math.max(1, Math.floor(width / entry));
  const lines = rowsOf(names, columns).map((row) =>
    Math.max(...row.map((name) => name.split("<br>").length))
  );
  const height = names.length === 0 ? 0 : lines.reduce((sum, some) => sum + heightOf(some, font), font);
  return {
    data: named,
    legend: {
      ...{ orientation: "h", x: 0, xanchor: "left", xref: "container" },
      ...{ y: 0, yanchor: "bottom", yref: "container" },
      ...{ entrywidth: Math.floor(width / columns) - SYMBOL, font: { size: font } },
      maxheight: 1, // plotly's own limit is half the figure
    } as LegendBelow["legend"],
    height,
  };
}

/** Pixels of an entry of so many lines. */
function heightOf(lines: number, font: number): number {
  return Math.max(LEAST, lines * LINE * font) + AFTER;
}

function rowsOf(names: readonly string[], columns: number): string[][] {
  return Array.from(
    { length: Math.ceil(names.length / columns) },
    (_, row) => names.slice(row * columns, (row + 1) * columns),
  );
}
