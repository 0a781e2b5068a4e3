import { randomInt, type RandomStream } from "../../ops/random.ts";
import { type Box, boxAround } from "./box.ts";
import type { ImageShape } from "./image.ts";

/** Height and width of a box that covers 1 - `part` of the image. Source: timm, which cuts off fractions of a pixel. */
export function cutSize([height, width]: ImageShape, part: number): [height: number, width: number] {
  const ratio = Math.sqrt(1 - part);
  return [Math.trunc(height * ratio), Math.trunc(width * ratio)];
}

/** A box of that size around a random pixel, cut at the image's edges. */
export function drawCutmixBox(shape: ImageShape, part: number, random: RandomStream): Box {
  const [height, width] = shape;
  const centre = [randomInt(random, 0, height - 1), randomInt(random, 0, width - 1)] as const;
  return boxAround(shape, centre, cutSize(shape, part));
}

/** The part of the image outside the box. */
export function partOutside([height, width]: ImageShape, { top, bottom, left, right }: Box): number {
  return 1 - (bottom - top) * (right - left) / (height * width);
}

/**
 * Image i gets the box of image `size - 1 - i`. Source: Yun et al. 2019, arXiv 1905.04899; partners as timm's batch mode.
 */
export function cutmix(images: Float32Array, size: number, shape: ImageShape, box: Box): Float32Array {
  const [height, width, channels] = shape;
  const length = height * width * channels;
  const result = images.slice(); // [size, H, W, C]
  for (let image = 0; image < size; image++) {
    for (let y = box.top; y < box.bottom; y++) {
      const [from, to] = [(y * width + box.left) * channels, (y * width + box.right) * channels];
      const partner = (size - 1 - image) * length;
      result.set(images.subarray(partner + from, partner + to), image * length + from);
    }
  }
  return result;
}
