import type { Dataset, Split } from "./dataset.ts";
import { parseIdx } from "./idx.ts";
import { datasetFacts } from "./manifest.ts";
import { readVerified } from "./verify.ts";

const NAME = "fashion-mnist";

/** The ten classes, in the order of their labels. */
export const FASHION_CLASSES: readonly string[] = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
];

/** Fashion-MNIST (arXiv 1708.07747): 60,000 + 10,000 grey images of 28 x 28, ten classes. */
export function loadFashionMnist(): Dataset {
  const sums = Object.entries(datasetFacts(NAME).files).map(([file, facts]) => [file, facts.sha256]);
  return {
    name: NAME,
    shape: [28, 28, 1],
    classes: FASHION_CLASSES,
    train: loadSplit("train"),
    test: loadSplit("t10k"),
    sums: Object.fromEntries(sums),
  };
}

function loadSplit(part: "train" | "t10k"): Split {
  const images = parseIdx(readVerified(NAME, `${part}-images-idx3-ubyte`));
  const labels = parseIdx(readVerified(NAME, `${part}-labels-idx1-ubyte`));
  return { images: images.values, labels: labels.values, count: labels.values.length };
}
