import { runDeno } from "./deno.ts";
import { defineTask, runTask } from "./task.ts";

/** `deno task ok`. */
export const okTask = defineTask({
  name: "ok",
  description: "What a commit must pass: format, lint, types, docs, tests.",
  plan: () => [["fmt", "--check"], ["lint"], ["check", "--doc"], ["test", "-A"]],
  act: runDeno,
});

if (import.meta.main) await runTask(okTask);
