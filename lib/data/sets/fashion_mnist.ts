import { debianSource } from "../sources/debian.ts";
import { copies } from "../sources/sources.ts";
import { webSource } from "../sources/web.ts";
import { datasetEntry } from "./entry.ts";

const NAME = "fashion-mnist";
const MIRROR = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";

/** Fashion-MNIST (arXiv 1708.07747): 60,000 + 10,000 grey images of 28 x 28, ten classes. */
export const fashionMnist = datasetEntry({
  name: NAME,
  shape: [28, 28, 1],
  classes: [
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
  ],
  files: {
    train: ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"],
    test: ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"],
  },
  sources: {
    ...copies(NAME, { inner: ["FashionMNIST/raw", "raw"], forms: [] }),
    mirror: (url) => webSource(NAME, url),
    network: () => [
      webSource(NAME, MIRROR),
      debianSource(NAME, "dataset-fashion-mnist", "usr/share/datasets/fashion-mnist"),
    ],
  },
  packaged: true,
});
