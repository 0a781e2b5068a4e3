import { join } from "node:path";
import { FailureError } from "../../errors.ts";
import { readBytes } from "../../files.ts";
import { IMAGE_BYTES, joined, type Labelled } from "./canonical.ts";
import type { Form } from "./form.ts";

const PLANE = 32 * 32;

/** A file of a copy that the user has. */
export const COPY = { what: "the copy", fix: "give an undamaged copy" };

/** The official binary archive of CIFAR-10: a label byte, then 3,072 bytes of pixels. */
export const CIFAR_10_BINARY: Form = binaryForm({
  archive: "cifar-10-binary.tar.gz",
  folder: "cifar-10-batches-bin",
  labelBytes: 1,
  train: [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`),
  test: ["test_batch.bin"],
});

/** The official binary archive of CIFAR-100: a coarse and a fine label byte, then 3,072 bytes of pixels. */
export const CIFAR_100_BINARY: Form = binaryForm({
  archive: "cifar-100-binary.tar.gz",
  folder: "cifar-100-binary",
  labelBytes: 2,
  train: ["train.bin"],
  test: ["test.bin"],
});

interface BinaryFacts {
  archive: string;
  folder: string;
  labelBytes: 1 | 2;
  train: readonly string[];
  test: readonly string[];
}

function binaryForm({ archive, folder, labelBytes, train, test }: BinaryFacts): Form {
  const readAll = (place: string, names: readonly string[]) =>
    joined(names.map((name) => {
      const path = join(place, name);
      return parseCifarBinary(readBytes(path, COPY), labelBytes, path);
    }));
  return {
    archives: [archive],
    folder,
    files: [...train, ...test],
    read: (place) => Promise.resolve({ train: readAll(place, train), test: readAll(place, test) }),
  };
}

/** Reads rows of label bytes (the last one is the class) and three colour planes; turns planes into pixels. */
export function parseCifarBinary(bytes: Uint8Array, labelBytes: number, path: string): Labelled {
  const row = labelBytes + IMAGE_BYTES;
  if (bytes.length === 0 || bytes.length % row !== 0) {
    throw new FailureError(
      `Reading ${path}: ${bytes.length} bytes are no multiple of an image's ${row} bytes, so the file is truncated ` +
        `or of another data set; give an undamaged copy.`,
    );
  }
  const count = bytes.length / row;
  const labels = Uint8Array.from(
    { length: count },
    (_, index) => bytes[index * row + labelBytes - 1] as number,
  );
  const images = new Uint8Array(count * IMAGE_BYTES);
  for (let index = 0; index < count; index++) {
    interleave(bytes, index * row + labelBytes, images, index * IMAGE_BYTES);
  }
  return { images, labels };
}

/** Turns an image's three colour planes at `from` into pixels at `to`. */
export function interleave(planes: Uint8Array, from: number, pixels: Uint8Array, to: number): void {
  for (let pixel = 0; pixel < PLANE; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      pixels[to + 3 * pixel + channel] = planes[from + channel * PLANE + pixel] as number;
    }
  }
}
