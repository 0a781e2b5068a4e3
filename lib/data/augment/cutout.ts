import { randomInt, type RandomStream } from "../../ops/random.ts";
import { boxAround, filled } from "./box.ts";
import type { ImageShape } from "./image.ts";

/**
 * Puts zeros, the mean of a normalised image, into a square of this side around a random pixel; what lies outside the
 * image is cut off. Source: DeVries and Taylor 2017, arXiv 1708.04552. (KS released code never reaches the last row
 * and column; its recipe has cutout off.)
 */
export function cutout(
  image: Float32Array,
  shape: ImageShape,
  side: number,
  random: RandomStream,
): Float32Array {
  const [height, width] = shape;
  const centre = [randomInt(random, 0, height - 1), randomInt(random, 0, width - 1)] as const;
  return filled(image, shape, boxAround(shape, centre, [side, side]), () => 0);
}
