import process from "node:process";
import { inspect } from "node:util";
import { checkEnvironment, setting } from "../lib/environment.ts";
import { messageOf, WeightshareError } from "../lib/errors.ts";
import { keepLoopbackDirect } from "../lib/loopback.ts";
import { stopWithStarter } from "../setup/starter.ts";

/**
 * Runs a command's main function. An error a person can fix ends the command with its one sentence and exit code; any other
 * is a defect of ours, and said to be one. WEIGHTSHARE_TRACE=1 shows the stack trace as well. A variable of the environment that is wrong ends it before it begins,
 * unless the command is there to tell about it.
 */
export async function run(
  main: () => Promise<void>,
  { environment }: { environment: "checked" | "as it is" } = { environment: "checked" },
): Promise<void> {
  keepLoopbackDirect();
  stopWithStarter();
  try {
    if (environment === "checked") checkEnvironment();
    await main();
  } catch (error) {
    console.error(`error: ${traceWanted() ? inspect(error) : told(error)}`);
    process.exit(error instanceof WeightshareError ? error.exitCode : 1);
  }
}

function told(error: unknown): string {
  if (error instanceof WeightshareError) return error.message;
  return `${
    messageOf(error)
  } (a defect of weightshare: please report it with what WEIGHTSHARE_TRACE=1 shows)`;
}

/** A value that is none is an error of its own, which the caller has in hand. */
function traceWanted(): boolean {
  try {
    return setting("WEIGHTSHARE_TRACE") === "1";
  } catch {
    return false;
  }
}
