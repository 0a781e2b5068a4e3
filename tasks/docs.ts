import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "../lib/paths.ts";
import { mustRun } from "../setup/child.ts";
import { path } from "./arguments.ts";
import { requireWritableFolder } from "./files.ts";
import { defineTask, runTask } from "./task.ts";
import { toUser } from "./user_path.ts";

interface Plan {
  output: string;
}

/** `deno task docs`. */
export const docsTask = defineTask({
  name: "docs",
  description: "Writes pages of everything that notebooks can import, from the code's own comments.",
  declare: (command) =>
    command.option("--output <folder>", "where to (without it docs/api)", path, join(ROOT, "docs", "api")),
  plan({ output }: Plan): Plan {
    requireWritableFolder(output);
    return { output };
  },
  act: writePages,
});

async function writePages({ output }: Plan): Promise<void> {
  const args = ["doc", "--html", "--name=weightshare", `--output=${output}`, ...entryPoints()];
  await mustRun("Writing the pages", 'run "deno task ok", which names the comment', process.execPath, args, {
    cwd: ROOT,
  });
  console.log(toUser(join(output, "index.html")));
}

/** What notebooks import: `weightshare` and each room that has a door of its own. */
function entryPoints(): string[] {
  const doors = readdirSync(join(ROOT, "lib")).map((room) => join("lib", room, "mod.ts"));
  return [join("lib", "mod.ts"), ...doors.filter((door) => existsSync(join(ROOT, door)))];
}

if (import.meta.main) await runTask(docsTask);
