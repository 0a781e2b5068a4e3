import type { ImageShape } from "./image.ts";

/** Rows `top` to `bottom` and columns `left` to `right` of an image, the ends excluded. */
export interface Box {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** The box of a size around a centre, cut at the image's edges. An odd size loses its last row or column. */
export function boxAround(
  [height, width]: ImageShape,
  [y, x]: readonly [number, number],
  [boxHeight, boxWidth]: readonly [number, number],
): Box {
  const [vertical, horizontal] = [Math.floor(boxHeight / 2), Math.floor(boxWidth / 2)];
  return {
    top: Math.max(0, y - vertical),
    bottom: Math.min(height, y + vertical),
    left: Math.max(0, x - horizontal),
    right: Math.min(width, x + horizontal),
  };
}

/** A copy of the image whose values inside the box are replaced by `value(index)`. */
export function filled(
  image: Float32Array,
  [, width, channels]: ImageShape,
  { top, bottom, left, right }: Box,
  value: (at: number) => number,
): Float32Array {
  const result = image.slice();
  for (let y = top; y < bottom; y++) {
    const end = (y * width + right) * channels;
    for (let at = (y * width + left) * channels; at < end; at++) result[at] = value(at);
  }
  return result;
}
