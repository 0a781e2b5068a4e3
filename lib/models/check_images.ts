import { UsageError } from "../errors.ts";
import type { tf } from "../ops/tensorflow.ts";

/** Refuses images [N, H, W, C] that are not of the size that a network was made for. */
export function checkImages({ spec }: { spec: { input: readonly number[] } }, { shape }: tf.Tensor4D): void {
  if (shape.length === 4 && spec.input.every((side, axis) => shape[axis + 1] === side)) return;
  throw new UsageError(
    `Running the network: its images are [N, ${spec.input.join(", ")}], but it gets [${
      shape.join(", ")
    }]; give images of ` +
      `that size, or make the network with input: [${shape.slice(1).join(", ")}].`,
  );
}

/** Refuses images [N, H, W, C] with another number of channels than a classifier was made for. */
export function checkChannels(channels: number, { shape }: tf.Tensor4D): void {
  if (shape.length === 4 && shape[3] === channels) return;
  throw new UsageError(
    `Running the network: its images are [N, H, W, ${channels}], but it gets [${
      shape.join(", ")
    }]; give images of ` +
      `${channels} channels, or make the network with such an image.`,
  );
}
