import { CLASSES } from "./classes.ts";
import type { Dataset } from "./dataset.ts";
import { loadIdxDataset } from "./idx_dataset.ts";

/** Fashion-MNIST (arXiv 1708.07747): 60,000 + 10,000 grey images of 28 x 28, ten classes. */
export function loadFashionMnist(): Dataset {
  return loadIdxDataset("fashion-mnist", CLASSES["fashion-mnist"], {
    train: ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"],
    test: ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"],
  });
}
