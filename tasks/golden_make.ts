import { join } from "node:path";
import { PEERS_PYTHON, setUpPeers } from "../bench/peers/setup.ts";
import { FailureError, UsageError } from "../lib/errors.ts";
import { childEnvironment } from "../setup/environment.ts";
import { each, path } from "./arguments.ts";
import { statusOf } from "./deno.ts";
import { requireWritableFolder } from "./files.ts";
import { defineTask, runTask } from "./task.ts";

interface Options {
  kind: string[];
  name: string[];
  output?: string;
  check?: boolean;
}

const MAKE = join("test", "golden", "generator", "make.py");
const word = (text: string) => text;

/** `deno task golden:make`. */
export const goldenMakeTask = defineTask({
  name: "golden:make",
  description: "Makes golden files with PyTorch, or checks that the committed ones are what it says.",
  declare: (command) =>
    command
      .option("--kind <name...>", "only cases of these kinds", each(word), [])
      .option("--name <name...>", "only cases of these names", each(word), [])
      .option("--output <folder>", "where the files go", path)
      .option("--check", "compare with test/golden/fixtures"),
  plan({ kind, name, output, check = false }: Options): string[] {
    if (output === undefined && !check) {
      throw new UsageError(
        "Making golden files: it is not said where they go; give --output FOLDER, or --check.",
      );
    }
    if (output !== undefined) requireWritableFolder(output);
    return [
      ...kind.map((one) => `--kind=${one}`),
      ...name.map((one) => `--name=${one}`),
      ...(output === undefined ? [] : [`--output=${output}`]),
      ...(check ? ["--check"] : []),
    ];
  },
  act: make,
});

async function make(args: string[]): Promise<void> {
  await setUpPeers();
  if (await statusOf(PEERS_PYTHON, [MAKE, ...args], childEnvironment()) === 0) return;
  throw new FailureError("Making golden files: it failed; fix what it says above.");
}

if (import.meta.main) await runTask(goldenMakeTask);
