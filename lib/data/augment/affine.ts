import { sampleBicubic } from "./bicubic.ts";
import { sampleBilinear } from "./bilinear.ts";
import type { ImageShape, Interpolation } from "./image.ts";
import { inFixedPoint, sampleNearest } from "./nearest.ts";

/** (x, y) of the result comes from (a x + b y + c, d x + e y + f) of the image; both count from the corner. */
export type AffineMatrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** Writes the pixel at (x, y), counted from the corner of the image, into `result` at `at`. */
export type Sample = (
  image: Uint8Array,
  shape: ImageShape,
  x: number,
  y: number,
  result: Uint8Array,
  at: number,
) => void;

const SAMPLES: Record<Interpolation, Sample> = {
  nearest: sampleNearest,
  bilinear: sampleBilinear,
  bicubic: sampleBicubic,
};

/** Moves an image by an affine map; what comes from outside gets the colour `fill`. Source: Pillow's Image.transform. */
export function transformAffine(
  image: Uint8Array,
  shape: ImageShape,
  matrix: AffineMatrix,
  interpolation: Interpolation,
  fill: readonly number[],
): Uint8Array {
  const [a, b, c, d, e, f] = interpolation === "nearest" ? inFixedPoint(matrix) : matrix;
  const [height, width, channels] = shape;
  const sample = SAMPLES[interpolation];
  const result = new Uint8Array(image.length); // [H, W, C]
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const at = (row * width + column) * channels;
      const x = a * (column + 0.5) + b * (row + 0.5) + c;
      const y = d * (column + 0.5) + e * (row + 0.5) + f;
      if (x >= 0 && x < width && y >= 0 && y < height) sample(image, shape, x, y, result, at);
      else {for (let channel = 0; channel < channels; channel++) {
          result[at + channel] = fill[channel] as number;
        }}
    }
  }
  return result;
}
