import type { ImageShape } from "./image.ts";

/** The weighted mean over 3 x 3 pixels, weight 5 of 13 in the middle; the border stays. Source: Pillow's ImageFilter.SMOOTH. */
export function smooth(image: Uint8Array, [height, width, channels]: ImageShape): Uint8Array {
  const result = Uint8Array.from(image);
  const line = width * channels;
  for (let y = 1; y < height - 1; y++) {
    for (let at = y * line + channels; at < (y + 1) * line - channels; at++) {
      const sum = rowSum(image, at - line, channels) + rowSum(image, at, channels) +
        rowSum(image, at + line, channels) + 4 * (image[at] as number);
      result[at] = Math.floor(sum / 13 + 0.5);
    }
  }
  return result;
}

function rowSum(image: Uint8Array, at: number, channels: number): number {
  return (image[at - channels] as number) + (image[at] as number) + (image[at + channels] as number);
}
