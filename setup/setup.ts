/** Sets up what is missing, and says nothing when nothing is: `deno run -A setup/setup.ts`. */
import process from "node:process";
import { UsageError } from "../lib/errors.ts";
import { ROOT } from "../lib/paths.ts";
import { run } from "../tasks/main.ts";
import { stopChildren } from "./child.ts";
import { terminalReporter } from "./reporter.ts";
import { runSteps } from "./step.ts";
import { allSteps } from "./steps/all.ts";

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  process.on(signal, () => {
    stopChildren();
    console.error("\nset-up stopped; the next one finishes it");
    process.exit(code);
  });
}

await run(async () => {
  const [argument] = process.argv.slice(2);
  if (argument !== undefined) {
    throw new UsageError(`Setting up: the argument "${argument}" is unknown; give none.`);
  }
  await runSteps(allSteps(), ROOT, terminalReporter());
  process.exit(0);
});
