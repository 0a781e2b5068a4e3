import type { AffineMatrix } from "./affine.ts";
import type { ImageShape } from "./image.ts";

/** What is 1 in 16 bits behind the point. */
const ONE = 2 ** 16;

/** Every pixel of the result is the one it falls on, found in fixed point. Source: Pillow's nearest-neighbour transform. */
export function transformNearest(
  image: Uint8Array,
  [height, width, channels]: ImageShape,
  [a, b, c, d, e, f]: AffineMatrix,
  fill: readonly number[],
): Uint8Array {
  const [right, down] = [fixed(a), fixed(b)];
  const [rightY, downY] = [fixed(d), fixed(e)];
  const [x, y] = [fixed(c + a * 0.5 + b * 0.5), fixed(f + d * 0.5 + e * 0.5)];
  const result = new Uint8Array(image.length); // [H, W, C]
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const at = (row * width + column) * channels;
      const fromX = Math.floor((x + row * down + column * right) / ONE);
      const fromY = Math.floor((y + row * downY + column * rightY) / ONE);
      const inside = fromX >= 0 && fromX < width && fromY >= 0 && fromY < height;
      const from = (fromY * width + fromX) * channels;
      for (let channel = 0; channel < channels; channel++) {
        result[at + channel] = (inside ? image[from + channel] : fill[channel]) as number;
      }
    }
  }
  return result;
}

function fixed(value: number): number {
  return Math.floor(value * ONE + 0.5);
}
