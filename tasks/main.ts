import { messageOf, WeightshareError } from "../lib/errors.ts";
/** Runs a task; an error ends it with its one sentence. */
export async function run(main: () => Promise<void>): Promise<void> {
  try { await main(); } catch (error) {
    console.error(`error: ${messageOf(error)}`);
    if (process.env["WEIGHTSHARE_TRACE"] === "1") console.error(error);
    process.exitCode = error instanceof WeightshareError ? error.exitCode : 1;
  }
}
