import { path } from "./arguments.ts";
import { runDeno } from "./deno.ts";
import { requireThere } from "./files.ts";
import { CLUSTER } from "./ok_cluster.ts";
import { defineTask, runTask } from "./task.ts";

/** `deno task ok`. The types of the tests are checked with all others, by "check". */
export const okTask = defineTask({
  name: "ok",
  description: "What a commit must pass: format, lint, types, docs, tests.",
  declare: (command) => command.option("--without <tests>", "a folder of tests that are left out", path),
  plan({ without }: { without?: string }) {
    if (without !== undefined) requireThere("Leaving out tests", without);
    const ignored = [CLUSTER, ...(without === undefined ? [] : [without])];
    return [
      ...[["fmt", "--check"], ["lint"], ["check", "--doc"]],
      ["test", "-A", "--no-check", `--ignore=${ignored.join(",")}`],
    ];
  },
  act: runDeno,
});

if (import.meta.main) await runTask(okTask);
