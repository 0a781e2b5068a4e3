import { runDeno } from "./deno.ts";
import { defineTask, runTask } from "./task.ts";

/** A real Slurm, whose daemons have time limits of their own: not among all the other tests. */
export const CLUSTER = "test/cluster";

/** `deno task ok:cluster`. */
export const okClusterTask = defineTask({
  name: "ok:cluster",
  description: "Tests submissions in a real Slurm on this machine, where Debian's packages are installed.",
  plan: () => [["test", "-A", CLUSTER]],
  act: runDeno,
});

if (import.meta.main) await runTask(okClusterTask);
