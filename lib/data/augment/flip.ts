import type { RandomStream } from "../../ops/random.ts";
import { randomChance } from "../../ops/random_distributions.ts";
import type { ImageShape } from "./image.ts";

/** Mirrors left and right with this probability. */
export function randomFlip(
  image: Uint8Array,
  shape: ImageShape,
  probability: number,
  random: RandomStream,
): Uint8Array {
  return randomChance(random, probability) ? flip(image, shape) : image;
}

/** Mirrors left and right. */
export function flip(image: Uint8Array, [height, width, channels]: ImageShape): Uint8Array {
  const result = new Uint8Array(image.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels;
      const to = (y * width + width - 1 - x) * channels;
      for (let channel = 0; channel < channels; channel++) {
        result[to + channel] = image[from + channel] as number;
      }
    }
  }
  return result;
}
