import type { AffineMatrix } from "./affine.ts";
import type { ImageShape } from "./image.ts";

/** The pixel that (x, y) falls on. */
export function sampleNearest(
  image: Uint8Array,
  [, width, channels]: ImageShape,
  x: number,
  y: number,
  result: Uint8Array,
  at: number,
): void {
  const from = (Math.floor(y) * width + Math.floor(x)) * channels;
  for (let channel = 0; channel < channels; channel++) {
    result[at + channel] = image[from + channel] as number;
  }
}

/** The map as Pillow's nearest-neighbour transform rounds it: steps, and where the first pixel comes from, to 16 bits behind the point. */
export function inFixedPoint([a, b, c, d, e, f]: AffineMatrix): AffineMatrix {
  const [right, down, rightY, downY] = [fixed(a), fixed(b), fixed(d), fixed(e)];
  const x = fixed(c + a * 0.5 + b * 0.5) - (right + down) / 2;
  const y = fixed(f + d * 0.5 + e * 0.5) - (rightY + downY) / 2;
  return [right, down, x, rightY, downY, y];
}

/** What is 1 in 16 bits behind the point. */
const ONE = 2 ** 16;

function fixed(value: number): number {
  return Math.floor(value * ONE + 0.5) / ONE;
}
