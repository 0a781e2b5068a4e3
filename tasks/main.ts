import process from "node:process";
import { checkEnvironment, setting } from "../lib/environment.ts";
import { messageOf, WeightshareError } from "../lib/errors.ts";

/**
 * Runs a command's main function. An error a person can mend ends the command with its one sentence and exit code;
 * WEIGHTSHARE_TRACE=1 shows the stack trace as well. A variable of the environment that is wrong ends it before it begins,
 * unless the command is there to tell about it.
 */
export async function run(
  main: () => Promise<void>,
  { environment }: { environment: "checked" | "as it is" } = { environment: "checked" },
): Promise<void> {
  try {
    if (environment === "checked") checkEnvironment();
    await main();
  } catch (error) {
    const traced = traceWanted() && error instanceof Error;
    console.error(`error: ${traced ? error.stack : messageOf(error)}`);
    process.exit(error instanceof WeightshareError ? error.exitCode : 1);
  }
}

/** A value that is none is an error of its own, which the caller has in hand. */
function traceWanted(): boolean {
  try {
    return setting("WEIGHTSHARE_TRACE") === "1";
  } catch {
    return false;
  }
}
