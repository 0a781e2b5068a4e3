import { randomInt, type RandomStream } from "../../ops/random.ts";
import type { ImageShape } from "./image.ts";

/** Pads with `padding` zeros on every side, then cuts a window of the old size out of a random place. */
export function randomCrop(
  image: Uint8Array,
  shape: ImageShape,
  padding: number,
  random: RandomStream,
): Uint8Array {
  const down = randomInt(random, -padding, padding);
  const right = randomInt(random, -padding, padding);
  return crop(image, shape, down, right);
}

/** The window that begins `down` and `right` of the image's corner; zeros where there is no image. */
export function crop(
  image: Uint8Array,
  [height, width, channels]: ImageShape,
  down: number,
  right: number,
): Uint8Array {
  const result = new Uint8Array(image.length);
  const first = Math.min(width, Math.max(0, -right));
  const last = Math.max(first, Math.min(width, width - right));
  for (let y = Math.max(0, -down); y < Math.min(height, height - down); y++) {
    const from = ((y + down) * width + first + right) * channels;
    const line = image.subarray(from, from + (last - first) * channels);
    result.set(line, (y * width + first) * channels);
  }
  return result;
}
