import type { ImageShape } from "./image.ts";

/**
 * The cubic convolution with a = -1 over the 4 x 4 pixels around (x, y); pixels beyond the edge are those of the edge.
 * Source: Pillow's bicubic filter.
 */
export function sampleBicubic(
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
  const x0 = clamp(left - 1, width) * channels;
  const x1 = clamp(left, width) * channels;
  const x2 = clamp(left + 1, width) * channels;
  const x3 = clamp(left + 2, width) * channels;
  for (let channel = 0; channel < channels; channel++) {
    const row = (y: number) => {
      const from = clamp(y, height) * width * channels + channel;
      return cubic(
        image[from + x0] as number,
        image[from + x1] as number,
        image[from + x2] as number,
        image[from + x3] as number,
        right,
      );
    };
    const value = cubic(row(top - 1), row(top), row(top + 1), row(top + 2), down);
    result[at + channel] = value <= 0 ? 0 : value >= 255 ? 255 : value;
  }
}

/** The cubic between v1 and v2 at `part` of the way, as a polynomial in Horner's form. */
function cubic(v0: number, v1: number, v2: number, v3: number, part: number): number {
  return v1 + part * (v2 - v0 + part * (2 * (v0 - v1) + v2 - v3 + part * (v1 - v0 - v2 + v3)));
}

function clamp(index: number, size: number): number {
  return index < 0 ? 0 : index < size ? index : size - 1;
}
