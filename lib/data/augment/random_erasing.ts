import { randomInt, type RandomStream } from "../../ops/random.ts";
import { randomChance, randomNormal, randomNumber } from "../../ops/random_distributions.ts";
import { type Box, filled } from "./box.ts";
import type { ImageShape } from "./image.ts";

export interface ErasingSettings {
  /** The probability that an image loses a box. */
  probability: number;
  /** The smallest and the largest part of the image's area. */
  area: readonly [number, number];
  /** The smallest and the largest height per width. */
  aspect: readonly [number, number];
}

const ATTEMPTS = 10;

/**
 * Replaces a random box of a normalised image by normal noise, a number for every value.
 * Source: Zhong et al. 2017, arXiv 1708.04896; areas, aspects and noise as timm's pixel mode.
 */
export function randomErasing(
  image: Float32Array,
  shape: ImageShape,
  settings: ErasingSettings,
  random: RandomStream,
): Float32Array {
  if (!randomChance(random, settings.probability)) return image;
  const box = drawBox(shape, settings, random);
  return box === undefined ? image : filled(image, shape, box, () => randomNormal(random));
}

/** A box smaller than the image in both directions; none when ten draws gave none. */
export function drawBox(
  [height, width]: ImageShape,
  { area, aspect: [narrowest, widest] }: ErasingSettings,
  random: RandomStream,
): Box | undefined {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const pixels = randomNumber(random, ...area) * height * width;
    const aspect = Math.exp(randomNumber(random, Math.log(narrowest), Math.log(widest)));
    const boxHeight = Math.round(Math.sqrt(pixels * aspect));
    const boxWidth = Math.round(Math.sqrt(pixels / aspect));
    if (boxHeight >= height || boxWidth >= width) continue;
    const top = randomInt(random, 0, height - boxHeight);
    const left = randomInt(random, 0, width - boxWidth);
    return { top, bottom: top + boxHeight, left, right: left + boxWidth };
  }
  return undefined;
}
