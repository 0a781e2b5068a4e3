import type { Between } from "../learning/evaluate.ts";
import type { Interruptible } from "../learning/interrupt.ts";
import type { Progress } from "../learning/progress.ts";
import type { Assembly } from "./assemble/assemble.ts";
import type { RunPaths, RunRequest } from "./store.ts";

/** What a run is made with. */
export interface RunContext {
  request: RunRequest;
  paths: RunPaths;
  assembly: Assembly;
  interruptible: Interruptible;
  /** Reports progress; what is left out stays as it was. */
  showProgress: (progress: Partial<Progress>) => void | Promise<void>;
}

/** Tells the progress of a phase between its steps. */
export function progressOf(
  { interruptible, showProgress }: RunContext,
  phase: "convert" | "evaluate" | "report",
): Between {
  const start = performance.now();
  return async (step, steps) => {
    const secondsLeft = (performance.now() - start) / 1000 / step * (steps - step);
    await showProgress({ phase, step, steps, secondsLeft });
    await interruptible.throwIfStopped();
  };
}
