import { runDeno } from "./deno.ts";
import { defineTask, runTask } from "./task.ts";

/** Real kernels and a real JupyterLab: a sixth of the time that all tests take. */
export const NOTEBOOK = "test/notebook";

/** `deno task ok:notebook`. */
export const okNotebookTask = defineTask({
  name: "ok:notebook",
  description: "Tests what notebooks do in both kernels and in JupyterLab, which ok does as well.",
  plan: () => [["test", "-A", "--no-check", NOTEBOOK]],
  act: runDeno,
});

if (import.meta.main) await runTask(okNotebookTask);
