import { Buffer } from "node:buffer";
import { encode } from "fast-png";

/** An image's shape: height, width, channels (1, grey, or 3, RGB). */
type Shape = readonly [number, number, number];

/** Bytes of an image of a shape, row-major, as a PNG. */
export function png(pixels: Uint8Array, [height, width, channels]: Shape): Uint8Array {
  return encode({ width, height, channels, data: pixels });
}

/** The same as a data URI. */
export function pngUri(pixels: Uint8Array, shape: Shape): string {
  return `data:image/png;base64,${Buffer.from(png(pixels, shape)).toString("base64")}`;
}
