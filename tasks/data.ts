import { fetchDataset } from "../lib/data/fetch.ts";
import { readManifest } from "../lib/data/manifest.ts";
import { runCommand } from "./command.ts";

interface Options {
  dir?: string;
  mirror?: string;
}

await runCommand((command) =>
  command
    .name("deno task data")
    .description("Fetches data sets and verifies every file; what is there and right stays.")
    .argument("[names...]", "data sets; all of them when none is named")
    .option("--dir <folder>", "take them from an existing copy (plain or .gz files) in this folder")
    .option("--mirror <url>", "fetch from this web folder only")
    .action(fetchAll)
);

async function fetchAll(names: string[], { dir, mirror }: Options): Promise<void> {
  for (const name of names.length > 0 ? names : Object.keys(readManifest())) {
    await fetchDataset(name, {
      log: (line) => console.log(line),
      ...(dir === undefined ? {} : { from: dir }),
      ...(mirror === undefined ? {} : { mirror }),
    });
  }
}
