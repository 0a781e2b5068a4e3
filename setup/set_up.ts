import process from "node:process";
import { ROOT } from "../lib/paths.ts";
import { run } from "../tasks/main.ts";
import { helpAsked } from "./arguments.ts";
import { stopChildren } from "./child.ts";
import { partsFor } from "./parts.ts";
import { terminalReporter } from "./reporter.ts";
import { runSteps } from "./step.ts";
import { allSteps } from "./steps/all.ts";

const DESCRIPTION = "Sets up what is missing, and says nothing when nothing is.";

/** `deno task setup`. */
export async function setUp(): Promise<void> {
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    process.on(signal, () => {
      stopChildren();
      console.error("\nset-up stopped; the next one finishes it");
      process.exit(code);
    });
  }
  await run(async () => {
    const args = process.argv.slice(2);
    const parts = args[0] === "--for" ? partsFor(args[1] ?? "") : undefined;
    const help = helpAsked(
      { name: "setup", description: DESCRIPTION },
      parts === undefined ? args : args.slice(2),
    );
    if (help === undefined) await runSteps(allSteps(), ROOT, terminalReporter(), parts);
    else process.stdout.write(help);
    process.exit(0);
  });
}
