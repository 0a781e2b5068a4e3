import { Buffer } from "node:buffer";
import { escapeHtml } from "../report/escape.ts";
import { png, pngUri } from "../report/png.ts";

/** An image to look at. */
export interface Picture {
  /** Bytes of the image, row-major, or their base64. */
  pixels: Uint8Array | string;
  /** Height, width, channels (1 or 3). */
  shape: readonly [number, number, number];
  /** Stands under the image. */
  label?: string;
}

/** The square of an image with its margin, and the line of its label, in pixels. */
const CELL = 96;
const MARGIN = 4;
const LABEL = 18;
const PER_LINE = 8;

/** Images side by side, eight to a line, with their labels, as one SVG. */
export function picturesSvg(pictures: readonly Picture[]): string {
  const lines = Math.ceil(pictures.length / PER_LINE);
  const [width, height] = [Math.min(PER_LINE, pictures.length) * CELL, lines * (CELL + LABEL)];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}">${pictures.map(pictureSvg).join("")}</svg>`;
}

function pictureSvg({ pixels, shape, label = "" }: Picture, at: number): string {
  const [x, y] = [(at % PER_LINE) * CELL, Math.floor(at / PER_LINE) * (CELL + LABEL)];
  const inner = CELL - 2 * MARGIN;
  return `<image x="${x + MARGIN}" y="${
    y + MARGIN
  }" width="${inner}" height="${inner}" style="image-rendering:pixelated" ` +
    `href="${pngUri(bytesOf(pixels), shape)}"/><text x="${x + CELL / 2}" y="${
      y + CELL + LABEL / 2
    }" text-anchor="middle" ` +
    `font-family="Open Sans, Arial, sans-serif" font-size="11">${escapeHtml(label)}</text>`;
}

/**
 * The same without labels as base64 of one PNG, for where an SVG is not shown: in a notebook that JupyterLab does not trust, and
 * on pages that draw bitmaps alone.
 */
export function picturesPng(pictures: readonly Picture[]): string {
  const lines = Math.ceil(pictures.length / PER_LINE);
  const [width, height] = [Math.min(PER_LINE, pictures.length) * CELL, lines * CELL];
  const canvas = new Uint8Array(width * height * 3).fill(255);
  pictures.forEach((picture, at) => {
    const corner = Math.floor(at / PER_LINE) * CELL * width + (at % PER_LINE) * CELL;
    paint(canvas, width, corner + MARGIN * width + MARGIN, picture);
  });
  return Buffer.from(png(canvas, [height, width, 3])).toString("base64");
}

/** Draws an image, its pixels repeated to the size of a square, into RGB of some width from the pixel `corner` on. */
function paint(canvas: Uint8Array, width: number, corner: number, { pixels, shape }: Picture): void {
  const bytes = bytesOf(pixels);
  const [rows, columns, channels] = shape;
  const inner = CELL - 2 * MARGIN;
  for (let y = 0; y < inner; y++) {
    for (let x = 0; x < inner; x++) {
      const from = Math.floor(y * rows / inner) * columns + Math.floor(x * columns / inner);
      for (let channel = 0; channel < 3; channel++) {
        canvas[(corner + y * width + x) * 3 + channel] =
          bytes[from * channels + channel % channels] as number;
      }
    }
  }
}

function bytesOf(pixels: Picture["pixels"]): Uint8Array {
  return typeof pixels === "string" ? Buffer.from(pixels, "base64") : pixels;
}
