import { join } from "node:path";
import { FailureError } from "../../errors.ts";
import { dataFolder, ROOT } from "../../paths.ts";
import { CIFAR_100_BINARY, CIFAR_10_BINARY } from "../cifar/binary.ts";
import { CIFAR_10_PNG } from "../cifar/png_package.ts";
import { CIFAR_100_PYTHON, CIFAR_10_PYTHON } from "../cifar/python.ts";
import { datasetFacts } from "../manifest.ts";
import { datasetFolder } from "../verify.ts";
import { archiveSource, npmSource } from "./cifar.ts";
import { debianSource } from "./debian.ts";
import { folderSource, holds, type Layout } from "./folder.ts";
import type { Source } from "./source.ts";
import { webSource } from "./web.ts";

/** Where a data set comes from. */
export interface Sources {
  /** A folder that the user names. */
  folder(folder: string): Source;
  /** A web folder that the user names. */
  mirror(url: string): Source;
  /** Sources on this machine that hold the data set now, in the order they are tried. */
  local(): Source[];
  /** Sources on the network, in the order they are tried. */
  network(): Source[];
}

const FASHION_MIRROR = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";
const CIFAR_MIRROR = "https://www.cs.toronto.edu/~kriz/";

/** Data that a group of checkouts shares. */
const SHARED_DATA = join(ROOT, "..", "shared", "data");

const SOURCES: Record<string, Sources> = {
  "fashion-mnist": {
    ...copies("fashion-mnist", { inner: ["FashionMNIST/raw", "raw"], forms: [] }),
    mirror: (url) => webSource("fashion-mnist", url),
    network: () => [
      webSource("fashion-mnist", FASHION_MIRROR),
      debianSource("fashion-mnist", "dataset-fashion-mnist", "usr/share/datasets/fashion-mnist"),
    ],
  },
  "cifar-10": {
    ...copies("cifar-10", { inner: [], forms: [CIFAR_10_BINARY, CIFAR_10_PYTHON, CIFAR_10_PNG] }),
    mirror: (url) => archiveSource("cifar-10", url, CIFAR_10_BINARY),
    network: () => [
      npmSource("cifar-10", CIFAR_10_PNG),
      archiveSource("cifar-10", CIFAR_MIRROR, CIFAR_10_BINARY),
    ],
  },
  "cifar-100": {
    ...copies("cifar-100", { inner: [], forms: [CIFAR_100_BINARY, CIFAR_100_PYTHON] }),
    mirror: (url) => archiveSource("cifar-100", url, CIFAR_100_BINARY),
    network: () => [archiveSource("cifar-100", CIFAR_MIRROR, CIFAR_100_BINARY)],
  },
};

function copies(name: string, layout: Layout): Pick<Sources, "folder" | "local"> {
  return {
    folder: (folder) => folderSource(name, folder, layout),
    local: () =>
      [datasetFolder(name), dataFolder(), SHARED_DATA]
        .filter((folder) => holds(folder, Object.keys(datasetFacts(name).files), layout))
        .map((folder) => folderSource(name, folder, layout)),
  };
}

/** The sources of a data set of the manifest. */
export function sourcesOf(name: string): Sources {
  const sources = Object.hasOwn(SOURCES, name) ? SOURCES[name] : undefined;
  if (sources !== undefined) return sources;
  throw new FailureError(`Fetching ${name}: no source of it is known; add one to the registry of sources.`);
}
