import type { ImageShape } from "./image.ts";
import { byteTable, histograms, mapBytes } from "./tables.ts";

/** Flattens the histogram of every channel. Source: Pillow's ImageOps.equalize. */
export function equalize(image: Uint8Array, [, , channels]: ImageShape): Uint8Array {
  return mapBytes(image, histograms(image, channels).map(flattened));
}

function flattened(histogram: Uint32Array): Uint8Array {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  const step = Math.floor((total - (histogram.findLast((count) => count > 0) as number)) / 255);
  if (step === 0) return byteTable((byte) => byte);
  let before = Math.floor(step / 2);
  return byteTable((byte) => {
    const value = Math.floor(before / step);
    before += histogram[byte] as number;
    return value;
  });
}
