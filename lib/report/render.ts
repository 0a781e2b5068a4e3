import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { FailureError, messageOf, WeightshareError } from "../errors.ts";
import { withKeptPage, withPage } from "./browser.ts";
import { fullCaption } from "./caption.ts";
import { escapeHtml } from "./escape.ts";
import type { Figure } from "./figure.ts";
import { embedFonts, wholeFonts } from "./fonts.ts";
import { undated } from "./undated.ts";

/** A figure as files, the same bytes for the same figure: SVG text, a PNG of twice its size (or of its dots per inch), a vector PDF of its size. */
export interface Rendering {
  svg: string;
  png: Uint8Array;
  pdf: Uint8Array;
}

/** Draws a figure as SVG, the same text for the same figure. */
export async function renderSvg(figure: Figure): Promise<string> {
  return await drawing(figure, () => drawSvg(figure));
}

/** Draws a figure as SVG, PNG and PDF. */
export async function render(figure: Figure): Promise<Rendering> {
  return await drawing(figure, async () => {
    const svg = await drawSvg(figure);
    return { svg, ...await print(svg, figure) };
  });
}

/** The text of plotly.js, to be put into a page. */
export function plotlySource(): string {
  plotly ??= readFileSync(createRequire(import.meta.url).resolve("plotly.js-dist-min"), "utf8");
  return plotly;
}

let plotly: string | undefined;

/** What fails in the browser is told of the figure. */
async function drawing<T>({ name }: Figure, draw: () => Promise<T>): Promise<T> {
  try {
    return await draw();
  } catch (error) {
    const [reason] = messageOf(error).split("\n");
    const fix = error instanceof WeightshareError // which says its own
      ? ""
      : `; run it again, and "deno task doctor" if it fails again.`;
    throw new FailureError(`Drawing the figure ${name}: ${reason}${fix}`);
  }
}

/** Makes a page ready for `drawOn`. Plotly is read once for many figures: that takes longer than to draw one. */
export async function readPlotly(page: Page): Promise<void> {
  await page.setContent(`<!doctype html><meta charset="utf-8"><style>${wholeFonts()}</style>`);
  await page.addScriptTag({ content: plotlySource() });
}

async function drawSvg(figure: Figure): Promise<string> {
  const svg = await embedFonts(await withKeptPage(readPlotly, (page) => drawOn(page, figure)));
  return figure.print === undefined ? svg : described(svg, figure);
}

/** Draws a figure on a page that has read plotly: an SVG that asks for its fonts. */
export async function drawOn(page: Page, { data, layout }: Figure): Promise<string> {
  const { width, height } = layout;
  await page.setViewportSize({ width, height });
  const uri = await page.evaluate(draw, { data, layout });
  return decodeURIComponent(uri.replace(/^data:image\/svg\+xml,/, ""));
}

/** The SVG with what its figure is called and shows, for those who hear it. */
function described(svg: string, figure: Figure): string {
  const text = `<title>${escapeHtml(figure.title)}</title><desc>${escapeHtml(fullCaption(figure))}</desc>`;
  return svg.replace(/^(<svg\b)([^>]*>)/, (_, name, rest) => `${name} role="img"${rest}${text}`);
}

interface PlotElement {
  remove(): void;
  querySelector(selector: string): { setAttribute(name: string, value: string): void };
}

interface ImageOptions {
  format: "svg";
  width: number;
  height: number;
  setBackground(plot: PlotElement, colour: string): void;
}

interface PlotlyPage {
  Plotly: {
    purge(element: PlotElement): void;
    newPlot(element: unknown, data: unknown, layout: unknown, config: unknown): Promise<unknown>;
    toImage(plot: unknown, options: ImageOptions): Promise<string>;
  };
  document: {
    fonts: { load(font: string): Promise<unknown> };
    body: { append(element: PlotElement): void };
    createElement(name: "div"): PlotElement;
  };
}

/**
 * Runs in the page. Plotly names its clip paths at random: fixed random numbers give the same names each time. A style that a script
 * sets has its place among an element's attributes only once Chromium shows a frame, which may be before or after plotly sets the last
 * of them: the drawing's own style is set as an attribute, which has its place at once.
 */
async function draw({ data, layout }: Pick<Figure, "data" | "layout">): Promise<string> {
  const { Plotly, document } = globalThis as unknown as PlotlyPage;
  let state = 1;
  Math.random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  await Promise.all(["", "bold ", "italic "].map((style) => document.fonts.load(`${style}13px "Open Sans"`)));
  const element = document.createElement("div");
  document.body.append(element);
  const plot = await Plotly.newPlot(element, data, layout, { staticPlot: true });
  const { width, height } = layout;
  const setBackground: ImageOptions["setBackground"] = (plot, colour) =>
    plot.querySelector(".main-svg").setAttribute("style", `background: ${colour}`);
  const image = await Plotly.toImage(plot, { format: "svg", width, height, setBackground });
  Plotly.purge(element);
  element.remove();
  return image;
}

/** Prints on a page as large as the figure. */
async function print(svg: string, figure: Figure): Promise<Omit<Rendering, "svg">> {
  const { layout: { width, height }, print } = figure;
  const deviceScaleFactor = print === undefined ? 2 : print.dpi / 96;
  const options = { viewport: { width, height }, deviceScaleFactor, offline: true };
  return await withPage(options, (page) => printOn(page, svg, figure));
}

async function printOn(page: Page, svg: string, { title, layout: { width, height }, print }: Figure) {
  const style = `${wholeFonts()}@page{margin:0}body{margin:0}svg{display:block}`;
  const named = print === undefined ? "" : `<title>${escapeHtml(title)}</title>`;
  await page.setContent(`<!doctype html><meta charset="utf-8">${named}<style>${style}</style>${svg}`);
  await page.evaluate(() => (globalThis as unknown as PlotlyPage).document.fonts.load('13px "Open Sans"'));
  const png = await page.screenshot({ type: "png" });
  const size = { width: `${width}px`, height: `${height}px` };
  const pdf = await page.pdf({ ...size, printBackground: true, pageRanges: "1" });
  return { png: new Uint8Array(png), pdf: undated(pdf) };
}
