import { Command, CommanderError } from "commander";
import { UsageError } from "../lib/errors.ts";
import { run } from "./main.ts";

/** Runs a task's command line; wrong usage ends with one sentence and exit code 2. */
export async function runCommand(build: (command: Command) => Command): Promise<void> {
  await run(async () => {
    const command = build(new Command()).exitOverride().configureOutput({ writeErr: () => {} });
    refuseRepeats(command);
    try {
      await command.parseAsync(process.argv.slice(2), { from: "user" });
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      if (error.exitCode === 0) return;
      const complaint = error.message.replace(/^error: /, "").replace("\n(Did", " (did");
      throw new UsageError(`${complaint}; see ${command.name()} --help.`);
    }
  });
}

/** The library would take the last of several values and ignore the others. */
function refuseRepeats(command: Command): void {
  for (const option of command.options.filter(({ variadic }) => !variadic)) {
    let given = 0;
    command.on(`option:${option.name()}`, () => {
      if (++given > 1) throw new UsageError(`${option.long} is given twice; see ${command.name()} --help.`);
    });
  }
}
