import { projectNotebooks } from "./execute.ts";
import { runDeno } from "./deno.ts";
import { defineTask, runTask } from "./task.ts";

/** Deno's configuration leaves notebooks out of its own checks. */
const NOTEBOOKS = ["fmt", "--no-config", "--line-width=110", "--prose-wrap=preserve"];

/** `deno task format`. */
export const formatTask = defineTask({
  name: "format",
  description: "Formats everything, notebooks included.",
  plan: () => [["fmt"], [...NOTEBOOKS, ...projectNotebooks()]],
  act: runDeno,
});

if (import.meta.main) await runTask(formatTask);
