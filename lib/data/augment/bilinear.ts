import type { ImageShape } from "./image.ts";

/** Between the four pixels around (x, y); pixels beyond the edge are those of the edge. Source: Pillow's bilinear filter. */
export function sampleBilinear(
  image: Uint8Array,
  [height, width, channels]: ImageShape,
  x: number,
  y: number,
  result: Uint8Array,
  at: number,
): void {
  const left = Math.floor(x - 0.5);
  const top = Math.floor(y - 0.5);
  const right = x - 0.5 - left;
  const down = y - 0.5 - top;
  const x0 = Math.max(left, 0) * channels;
  const x1 = Math.min(left + 1, width - 1) * channels;
  const y0 = Math.max(top, 0) * width * channels;
  const y1 = Math.min(top + 1, height - 1) * width * channels;
  for (let channel = 0; channel < channels; channel++) {
    const upper = between(image[y0 + x0 + channel] as number, image[y0 + x1 + channel] as number, right);
    const lower = between(image[y1 + x0 + channel] as number, image[y1 + x1 + channel] as number, right);
    result[at + channel] = between(upper, lower, down);
  }
}

function between(from: number, to: number, part: number): number {
  return from + (to - from) * part;
}
