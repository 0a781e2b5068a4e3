import { UsageError } from "../errors.ts";
import { escapeHtml } from "../report/escape.ts";
import type { Figure } from "../report/figure.ts";
import { renderSvg } from "../report/render.ts";
import { type Table, toHTML, toMarkdown } from "../report/table.ts";
import { inNotebook } from "../jupyter_kernel.ts";
import { display } from "./display.ts";
import { type Picture, picturesPng, picturesSvg } from "./pictures.ts";

/**
 * Shows a figure (interactive, with its static SVG), a table, or some images. Throws a UsageError for anything else: cells are not
 * type-checked where they run.
 */
export async function show(thing: Figure | Table | readonly Picture[]): Promise<void> {
  if (!isShown(thing)) {
    throw new UsageError(
      `Showing ${
        thing === null ? "null" : typeof thing
      }: it is no figure, table or list of pictures; give what a function ` +
        "such as plot, tableOf or examplePictures returns.",
    );
  }
  if ("layout" in thing) return await showFigure(thing);
  if ("rows" in thing) return await display({ "text/html": toHTML(thing), "text/plain": toMarkdown(thing) });
  await display({
    "image/svg+xml": picturesSvg(thing),
    "image/png": picturesPng(thing),
    "text/plain": `${thing.length} images`,
  });
}

function isShown(thing: unknown): boolean {
  if (typeof thing !== "object" || thing === null) return false;
  return "layout" in thing || "rows" in thing || (Array.isArray(thing) && thing.every(isPicture));
}

function isPicture(thing: unknown): boolean {
  return typeof thing === "object" && thing !== null && "pixels" in thing && "shape" in thing;
}

async function showFigure(figure: Figure): Promise<void> {
  const { data, layout, title, caption, label } = figure;
  const plain = [`${title}.`, caption, label].filter((part) => part !== "").join(" ");
  if (!inNotebook()) return await display({ "text/plain": plain });
  await display({
    "application/vnd.plotly.v1+json": { data, layout, config: { displaylogo: false, responsive: false } },
    "image/svg+xml": await renderSvg(figure),
    "text/plain": plain,
  });
  await display({
    "text/html": `<p style="font-size:0.9em"><i>${escapeHtml(caption)}</i></p>`,
    "text/plain": caption,
  });
}
