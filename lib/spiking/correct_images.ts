import { Buffer } from "node:buffer";

/** Which images were right, one bit an image, so that two networks can be compared image by image (McNemar's test). */
export class CorrectImages {
  readonly #right: boolean[] = [];

  /** Takes in the next images' predictions and labels. */
  add(predictions: ArrayLike<number>, labels: ArrayLike<number>): void {
    for (let row = 0; row < labels.length; row++) this.#right.push(predictions[row] === labels[row]);
  }

  /** Base64 of bytes: image i is bit i % 8, from the lowest, of byte floor(i / 8). */
  text(): string {
    const bytes = new Uint8Array(Math.ceil(this.#right.length / 8));
    this.#right.forEach((right, image) =>
      bytes[image >> 3] = (bytes[image >> 3] as number) | +right << (image & 7)
    );
    return Buffer.from(bytes).toString("base64");
  }
}

/** Whether each of `images` images was right, from such a text. */
export function correctImages(text: string, images: number): boolean[] {
  const bytes = Buffer.from(text, "base64");
  return Array.from(
    { length: images },
    (_, image) => ((bytes[image >> 3] as number) >> (image & 7) & 1) === 1,
  );
}
