import { UsageError } from "../errors.ts";
import { escapeHtml } from "../report/escape.ts";
import type { Figure } from "../report/figure.ts";
import { type StyleName, styleOf } from "../report/publication/style.ts";
import { styledFigure } from "../report/publication/styled_figure.ts";
import { renderSvg } from "../report/render.ts";
import { type Table, toHTML, toMarkdown } from "../report/table.ts";
import { inNotebook } from "../jupyter_kernel.ts";
import { display } from "./display.ts";
import { type Picture, picturesPng, picturesSvg } from "./pictures.ts";

/** How a figure is shown. */
export interface ShowOptions {
  /** As a publication prints it: its width, its size of text, no title in the drawing. */
  style?: StyleName;
  /** Of that publication's column, e.g. "89mm"; without it the style's. */
  width?: string;
}

/**
 * Shows a figure (interactive, with its static SVG), a table, or some images. Throws a UsageError for anything else, and for an
 * unknown style or a width that no page has: cells are not type-checked where they run.
 *
 * ```ts
 * import { plot, show } from "weightshare";
 *
 * await show(plot("A ReLU", [{ x: [-1, 0, 1], y: [0, 0, 1] }], { x: "Input", y: "Output" }), { style: "nature", width: "89mm" });
 * ```
 */
export async function show(
  thing: Figure | Table | readonly Picture[],
  options: ShowOptions = {},
): Promise<void> {
  if (!isShown(thing)) {
    throw new UsageError(
      `Showing ${
        thing === null ? "null" : typeof thing
      }: it is no figure, table or list of pictures; give what a function ` +
        "such as plot, tableOf or examplePictures returns.",
    );
  }
  if ("layout" in thing) return await showFigure(withStyle(thing, options));
  if (options.style !== undefined || options.width !== undefined) {
    throw new UsageError("Showing a table or pictures in a style: only figures have one; leave it out.");
  }
  if ("rows" in thing) return await display({ "text/html": toHTML(thing), "text/plain": toMarkdown(thing) });
  await display({
    "image/svg+xml": picturesSvg(thing),
    "image/png": picturesPng(thing),
    "text/plain": `${thing.length} images`,
  });
}

function withStyle(figure: Figure, { style, width }: ShowOptions): Figure {
  if (style !== undefined) return styledFigure(figure, styleOf(style, width));
  if (width === undefined) return figure;
  throw new UsageError(
    `Showing a figure ${width} wide: that is a publication's column; give its style, too.`,
  );
}

function isShown(thing: unknown): boolean {
  if (typeof thing !== "object" || thing === null) return false;
  return "layout" in thing || "rows" in thing || (Array.isArray(thing) && thing.every(isPicture));
}

function isPicture(thing: unknown): boolean {
  return typeof thing === "object" && thing !== null && "pixels" in thing && "shape" in thing;
}

async function showFigure(figure: Figure): Promise<void> {
  const { data, layout, title, caption, label, print } = figure;
  const plain = [`${title}.`, caption, label].filter((part) => part !== "").join(" ");
  const beside = print === undefined ? caption : plain; // a publication's drawing has no title
  if (!inNotebook()) return await display({ "text/plain": plain });
  await display({
    "application/vnd.plotly.v1+json": { data, layout, config: { displaylogo: false, responsive: false } },
    "image/svg+xml": await renderSvg(figure),
    "text/plain": plain,
  });
  await display({
    "text/html": `<p style="font-size:0.9em"><i>${escapeHtml(beside)}</i></p>`,
    "text/plain": beside,
  });
}
