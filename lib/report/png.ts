import { Buffer } from "node:buffer";
import { encode } from "fast-png";

/** Bytes of an image, [height, width, channels] with 1 (grey) or 3 (RGB) channels, as a data URI of a PNG. */
export function pngUri(
  pixels: Uint8Array,
  [height, width, channels]: readonly [number, number, number],
): string {
  const png = encode({ width, height, channels, data: pixels });
  return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
}
