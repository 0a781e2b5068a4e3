import { matrix, SHORT } from "./matrix.ts";
import { defineTask, runTask } from "./task.ts";

/** `deno task ok:matrix`. */
export const okMatrixTask = defineTask({
  name: "ok:matrix",
  description:
    "Passes the tests where ways to compute have differed in other ways than the usual: each kernel, instruction set, oneDNN setting and thread count once.",
  plan: () => ({ files: SHORT, short: true, jobs: 1 }),
  act: matrix,
});

if (import.meta.main) await runTask(okMatrixTask);
