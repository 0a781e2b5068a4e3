import { UsageError } from "../lib/errors.ts";

/** A task without arguments that must run before the library which reads other command lines is installed. */
export interface BareTask {
  name: string;
  description: string;
}

/** The help text where the command line asks for it; anything else that it says is refused. */
export function helpAsked({ name, description }: BareTask, args: readonly string[]): string | undefined {
  const [first] = args;
  if (first === undefined) return undefined;
  if (args.length === 1 && (first === "--help" || first === "-h")) {
    return `Usage: deno task ${name} [options]\n\n${description}\n\nOptions:\n  -h, --help  display help for command\n`;
  }
  const [what, help] = [first.startsWith("-") ? "option" : "argument", `see deno task ${name} --help`];
  throw new UsageError(`Reading the command line: unknown ${what} '${first}'; ${help}.`);
}
