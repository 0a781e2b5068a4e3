import type { ImageShape } from "./image.ts";
import { byteTable, histograms, mapBytes } from "./tables.ts";

/** Stretches every channel so that its darkest byte becomes 0 and its lightest 255. Source: Pillow's ImageOps.autocontrast. */
export function autoContrast(image: Uint8Array, [, , channels]: ImageShape): Uint8Array {
  return mapBytes(image, histograms(image, channels).map(stretched));
}

function stretched(histogram: Uint32Array): Uint8Array {
  const low = histogram.findIndex((count) => count > 0);
  const high = histogram.findLastIndex((count) => count > 0);
  if (high <= low) return byteTable((byte) => byte);
  const scale = 255 / (high - low);
  const offset = -low * scale;
  return byteTable((byte) => byte * scale + offset);
}
