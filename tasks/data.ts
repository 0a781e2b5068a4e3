import { Attempts } from "../lib/attempts.ts";
import { fetchDataset } from "../lib/data/fetch.ts";
import { datasetFacts, readManifest } from "../lib/data/manifest.ts";
import { UsageError } from "../lib/errors.ts";
import { each, path, webFolder } from "./arguments.ts";
import { requireFolder } from "./files.ts";
import { defineTask, runTask } from "./task.ts";

interface Options {
  dir?: string;
  mirror?: string;
}

interface Plan {
  names: string[];
  from?: string;
  mirror?: string;
}

/** `deno task data`. */
export const dataTask = defineTask({
  name: "data",
  description: "Fetches data sets and verifies every file; what is there and right stays.",
  declare: (command) =>
    command
      .argument("[names...]", "data sets; all of them when none is named", each(dataset))
      .option("--dir <folder>", "take them from an existing copy (plain or .gz files) in this folder", path)
      .option("--mirror <url>", "fetch from this web folder only", webFolder),
  plan(named: string[], { dir, mirror }: Options): Plan {
    if (dir !== undefined && mirror !== undefined) {
      throw new UsageError("Fetching data sets: --dir and --mirror exclude each other; give one of them.");
    }
    if (dir !== undefined) requireFolder("Fetching data sets", dir);
    return {
      names: named.length > 0 ? named : Object.keys(readManifest()),
      ...(dir === undefined ? {} : { from: dir }),
      ...(mirror === undefined ? {} : { mirror }),
    };
  },
  act: fetchAll,
});

/** The name, if the manifest has it. */
function dataset(name: string): string {
  datasetFacts(name);
  return name;
}

async function fetchAll({ names, ...source }: Plan): Promise<void> {
  const attempts = new Attempts("Fetching data sets", names.length);
  for (const name of names) {
    await attempts.make(name, () => fetchDataset(name, { log: (line) => console.log(line), ...source }));
  }
  attempts.end();
}

if (import.meta.main) await runTask(dataTask);
