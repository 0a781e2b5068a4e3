import { runDeno } from "./deno.ts";
import { CLUSTER } from "./ok_cluster.ts";
import { defineTask, runTask } from "./task.ts";

/** `deno task ok`. The types of the tests are checked with all others, by "check". */
export const okTask = defineTask({
  name: "ok",
  description: "What a commit must pass: format, lint, types, docs, tests.",
  plan: () => [
    ...[["fmt", "--check"], ["lint"], ["check", "--doc"]],
    ["test", "-A", "--no-check", `--ignore=${CLUSTER}`],
  ],
  act: runDeno,
});

if (import.meta.main) await runTask(okTask);
