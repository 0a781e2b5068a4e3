import process from "node:process";
import { InterruptedError } from "../lib/errors.ts";
import { requestStop, STOP_SIGNALS } from "../lib/learning/interrupt.ts";

/**
 * Makes a command end with exit code 75 also where a signal comes while nothing is being trained: before the first step,
 * or while it waits for another process.
 */
export function stopBetweenRuns(): void {
  for (const signal of STOP_SIGNALS) process.on(signal, endUnlessAtWork);
}

function endUnlessAtWork(): void {
  if (requestStop()) return;
  const { exitCode, message } = new InterruptedError(
    "Stopped by the user; run the same command again to go on.",
  );
  console.error(`error: ${message}`);
  process.exit(exitCode);
}
