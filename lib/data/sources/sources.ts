import { join } from "node:path";
import { dataFolder, ROOT } from "../../paths.ts";
import { datasetFacts } from "../manifest.ts";
import { datasetFolder } from "../verify.ts";
import { folderSource, holds, type Layout } from "./folder.ts";
import type { Source } from "./source.ts";

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

/** Data that a group of checkouts shares. */
const SHARED_DATA = join(ROOT, "..", "shared", "data");

/** The sources that are copies: in a folder that the user names, or where copies are looked for. */
export function copies(name: string, layout: Layout): Pick<Sources, "folder" | "local"> {
  return {
    folder: (folder) => folderSource(name, folder, layout),
    local: () =>
      [datasetFolder(name), dataFolder(), SHARED_DATA]
        .filter((folder) => holds(folder, Object.keys(datasetFacts(name).files), layout))
        .map((folder) => folderSource(name, folder, layout)),
  };
}
