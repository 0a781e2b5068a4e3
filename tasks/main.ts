import process from "node:process";
import { messageOf, WeightshareError } from "../lib/errors.ts";

/**
 * Runs a command's main function. An error a person can mend ends the command with its one sentence and exit code;
 * WEIGHTSHARE_TRACE=1 shows the stack trace as well.
 */
export async function run(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    const traced = process.env["WEIGHTSHARE_TRACE"] === "1" && error instanceof Error;
    console.error(`error: ${traced ? error.stack : messageOf(error)}`);
    process.exit(error instanceof WeightshareError ? error.exitCode : 1);
  }
}
