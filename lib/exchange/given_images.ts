import type { Split } from "../data/dataset.ts";
import { parseIdx } from "../data/idx.ts";
import { FailureError, messageOf } from "../errors.ts";
import { readBytes } from "../files.ts";
import type { Seen } from "../models/entry.ts";

/** Files of images and of their labels, both IDX. */
export interface GivenImages {
  images: string;
  labels: string;
}

/** Reads images [N, H, W] or [N, H, W, C] and labels [N], bytes, which must be as the network sees them. */
export function readGiven({ images, labels }: GivenImages, { image, classes }: Seen): Split {
  const [pixels, answers] = [readIdx(images, "the images"), readIdx(labels, "the labels")];
  const [count = 0, height, width, channels = 1] = pixels.shape;
  if (count === 0 || pixels.shape.length > 4 || [height, width, channels].join() !== image.join()) {
    throw new FailureError(
      `Reading the images ${images}: their shape is ${
        pixels.shape.join(" x ")
      }, but the network takes images of ${image.join(" x ")}; give one or more of these.`,
    );
  }
  if (answers.shape.join() !== String(count)) {
    throw new FailureError(
      `Reading the labels ${labels}: their shape is ${
        answers.shape.join(" x ")
      }, but there are ${count} images; give one label for each.`,
    );
  }
  const unknown = answers.values.find((label) => label >= classes);
  if (unknown !== undefined) {
    throw new FailureError(
      `Reading the labels ${labels}: there is a label ${unknown}, but the network has ${classes} classes; give labels from 0 to ${
        classes - 1
      }.`,
    );
  }
  return { images: pixels.values, labels: answers.values, count };
}

function readIdx(path: string, what: string) {
  const fix = "give an IDX file of unsigned bytes, as MNIST's are";
  const bytes = readBytes(path, { what, fix });
  try {
    return parseIdx(bytes);
  } catch (error) {
    throw new FailureError(`Reading ${what} ${path}: ${messageOf(error).replace(/\.$/, "")}; ${fix}.`);
  }
}
