import { type AffineMatrix, transformAffine } from "./affine.ts";
import type { ImageShape, Interpolation } from "./image.ts";

/** How a geometric operation reads between pixels, and the colour of what comes from outside. */
export interface Sampling {
  interpolation: Interpolation;
  /** Per channel, 0 to 255. */
  fill: readonly number[];
}

type Geometric = (image: Uint8Array, shape: ImageShape, amount: number, sampling: Sampling) => Uint8Array;

/** Shears along x by a factor. */
export const shearX: Geometric = moved((_, factor) => [1, factor, 0, 0, 1, 0]);

/** Shears along y by a factor. */
export const shearY: Geometric = moved((_, factor) => [1, 0, 0, factor, 1, 0]);

/** Moves along x by a part of the width; the result's left pixel comes from there. */
export const translateX: Geometric = moved(([, width], part) => [1, 0, part * width, 0, 1, 0]);

/** Moves along y by a part of the height. */
export const translateY: Geometric = moved(([height], part) => [1, 0, 0, 0, 1, part * height]);

/** Shears along x about the centre, by an angle in radians. */
export const shearXAboutCentre: Geometric = moved(([height], radians) => {
  const factor = Math.tan(radians);
  return [1, factor, -factor * height / 2, 0, 1, 0];
});

/** Shears along y about the centre, by an angle in radians. */
export const shearYAboutCentre: Geometric = moved(([, width], radians) => {
  const factor = Math.tan(radians);
  return [1, 0, 0, factor, 1, -factor * width / 2];
});

/** Moves to the right by whole pixels; what is left of a pixel is cut off. */
export const moveRight: Geometric = moved((_, pixels) => [1, 0, -Math.trunc(pixels), 0, 1, 0]);

/** Moves down by whole pixels. */
export const moveDown: Geometric = moved((_, pixels) => [1, 0, 0, 0, 1, -Math.trunc(pixels)]);

/** Turns about the centre, counterclockwise, by degrees. */
export const rotate: Geometric = moved(rotation);

function moved(matrix: (shape: ImageShape, amount: number) => AffineMatrix): Geometric {
  return (image, shape, amount, { interpolation, fill }) =>
    transformAffine(image, shape, matrix(shape, amount), interpolation, fill);
}

/** Source: Pillow's Image.rotate, which rounds the sine and cosine to 15 decimals. */
function rotation([height, width]: ImageShape, degrees: number): AffineMatrix {
  const radians = -((degrees % 360 + 360) % 360) * Math.PI / 180;
  const cosine = Number(Math.cos(radians).toFixed(15));
  const sine = Number(Math.sin(radians).toFixed(15));
  const [x, y] = [width / 2, height / 2];
  return [cosine, sine, x - cosine * x - sine * y, -sine, cosine, y + sine * x - cosine * y];
}
