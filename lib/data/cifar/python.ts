import { join } from "node:path";
import { FailureError } from "../../errors.ts";
import { readBytes } from "../../files.ts";
import { COPY, interleave } from "./binary.ts";
import { IMAGE_BYTES, joined, type Labelled } from "./canonical.ts";
import type { Form } from "./form.ts";
import { NumpyBytes, readPickle } from "./pickle.ts";

/** CIFAR-10 for Python, as PyTorch and Keras fetch it: a pickle of labels and of pixels, plane by plane, for every batch. */
export const CIFAR_10_PYTHON: Form = pythonForm({
  archives: ["cifar-10-python.tar.gz", "cifar-10-batches-py.tar.gz"],
  folder: "cifar-10-batches-py",
  labels: "labels",
  train: [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}`),
  test: ["test_batch"],
});

/** CIFAR-100 for Python. */
export const CIFAR_100_PYTHON: Form = pythonForm({
  archives: ["cifar-100-python.tar.gz"],
  folder: "cifar-100-python",
  labels: "fine_labels",
  train: ["train"],
  test: ["test"],
});

interface PythonFacts extends Pick<Form, "archives" | "folder"> {
  labels: string;
  train: readonly string[];
  test: readonly string[];
}

function pythonForm({ archives, folder, labels, train, test }: PythonFacts): Form {
  const readAll = (place: string, names: readonly string[]) =>
    joined(names.map((name) => {
      const path = join(place, name);
      return parseCifarPickle(readBytes(path, COPY), labels, path);
    }));
  return {
    archives,
    folder,
    files: [...train, ...test],
    read: (place) => Promise.resolve({ train: readAll(place, train), test: readAll(place, test) }),
  };
}

/** Reads a batch: the list of labels named `field`, and `data` [count, 3072], colour planes that become pixels. */
export function parseCifarPickle(bytes: Uint8Array, field: string, path: string): Labelled {
  const batch = readPickle(bytes, path);
  const labels = batch instanceof Map ? batch.get(field) : undefined;
  const data = batch instanceof Map ? batch.get("data") : undefined;
  if (!Array.isArray(labels) || !labels.every(isLabel) || !(data instanceof NumpyBytes)) {
    throw new FailureError(
      `Reading ${path}: it has no list "${field}" or no array "data", so it is of another data set; give the right one.`,
    );
  }
  if (data.shape.join(" x ") !== `${labels.length} x ${IMAGE_BYTES}`) {
    throw new FailureError(
      `Reading ${path}: ${labels.length} labels for data of ${
        data.shape.join(" x ")
      }; give an undamaged copy.`,
    );
  }
  const images = new Uint8Array(data.values.length);
  for (let at = 0; at < images.length; at += IMAGE_BYTES) interleave(data.values, at, images, at);
  return { images, labels: Uint8Array.from(labels) };
}

function isLabel(value: unknown): value is number {
  return Number.isInteger(value) && value as number >= 0 && value as number < 256;
}
