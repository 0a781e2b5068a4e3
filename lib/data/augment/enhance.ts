import { blend } from "./blend.ts";
import { greyOf } from "./grey.ts";
import type { ImageShape } from "./image.ts";
import { smooth } from "./smooth.ts";

// Each blends a poorer image into the given one: factor 0 is the poorer, 1 the given, above 1 beyond it.
// Source: Pillow's ImageEnhance.

/** Colour: the poorer image is grey. */
export function color(image: Uint8Array, [, , channels]: ImageShape, factor: number): Uint8Array {
  const grey = greyOf(image, channels);
  const poorer = Uint8Array.from(image, (_, at) => grey[Math.floor(at / channels)] as number);
  return blend(poorer, image, factor);
}

/** Contrast: the poorer image is its mean luma everywhere. */
export function contrast(image: Uint8Array, [, , channels]: ImageShape, factor: number): Uint8Array {
  const grey = greyOf(image, channels);
  const mean = grey.reduce((sum, byte) => sum + byte, 0) / grey.length;
  return blend(new Uint8Array(image.length).fill(Math.floor(mean + 0.5)), image, factor);
}

/** Brightness: the poorer image is black. */
export function brightness(image: Uint8Array, _shape: ImageShape, factor: number): Uint8Array {
  return blend(new Uint8Array(image.length), image, factor);
}

/** Sharpness: the poorer image is smoothed. */
export function sharpness(image: Uint8Array, shape: ImageShape, factor: number): Uint8Array {
  return blend(smooth(image, shape), image, factor);
}
