import { UsageError } from "../errors.ts";
import type { Dataset } from "./dataset.ts";

/** An image to show, bytes row-major. */
export interface DataPicture {
  pixels: Uint8Array;
  /** Height, width, channels. */
  shape: readonly [number, number, number];
  label: string;
}

/**
 * The first images of a data set's training or test part, each with its class, for `show`.
 *
 * ```ts
 * import { show } from "weightshare";
 * import { examplePictures, loadDataset } from "weightshare/data";
 *
 * await show(examplePictures(loadDataset("fashion-mnist"), "test", 16));
 * ```
 */
export function examplePictures(dataset: Dataset, part: "train" | "test", count: number): DataPicture[] {
  const split = dataset[part];
  if (!(Number.isInteger(count) && count >= 1 && count <= split.count)) {
    throw new UsageError(
      `Showing images of ${dataset.name}: ${count} are asked for, but it must be a whole number from 1 to ${split.count}.`,
    );
  }
  const [height, width, channels] = dataset.shape;
  const size = height * width * channels;
  return Array.from({ length: count }, (_, index) => ({
    pixels: split.images.subarray(index * size, (index + 1) * size),
    shape: dataset.shape,
    label: dataset.classes[split.labels[index] as number] as string,
  }));
}

/**
 * The channels of one image's layer as grey pictures, [H, W, C] row-major: 0 (and below) is black, `white` is white, the
 * largest value where it is not given.
 */
export function channelPictures(
  values: ArrayLike<number>,
  [height, width, channels]: readonly [number, number, number],
  { count = channels, name = "", white }: { count?: number; name?: string; white?: number } = {},
): DataPicture[] {
  if (values.length !== height * width * channels) {
    throw new UsageError(
      `Drawing channels: there are ${values.length} values, but ${height} x ${width} x ${channels} need ${
        height * width * channels
      }; take one image's.`,
    );
  }
  const brightest = white ?? Array.from(values).reduce((most, value) => Math.max(most, value), 0);
  const grey = (value: number) => brightest > 0 ? 255 * Math.min(1, Math.max(0, value / brightest)) : 0;
  return Array.from({ length: Math.min(count, channels) }, (_, channel) => ({
    pixels: Uint8Array.from(
      { length: height * width },
      (_, pixel) => grey(values[pixel * channels + channel] as number),
    ),
    shape: [height, width, 1] as const,
    label: `${name}${channel + 1}`,
  }));
}
