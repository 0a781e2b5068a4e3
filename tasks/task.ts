import { Command, CommanderError } from "commander";
import process from "node:process";
import { UsageError } from "../lib/errors.ts";
import { run } from "./main.ts";

/** One task of `deno.json`: what its command line may say, what that asks for, and the doing of it. */
export interface Task<Plan extends object> {
  /** As in `deno task NAME`. */
  name: string;
  description: string;
  /** Adds arguments and options; without it the task takes none. */
  declare?: (command: Command) => Command;
  /** Rewrites the arguments into what commander can read. */
  prepare?: (args: readonly string[]) => string[];
  /**
   * What is to be done, from commander's arguments and options. Refuses with a UsageError whatever can be refused before
   * anything starts, and changes nothing.
   */
  // deno-lint-ignore no-explicit-any -- commander hands over one value for each declared argument, then the options
  plan: (...read: any[]) => Plan;
  act: (plan: Plan) => Promise<void> | void;
}

/** A task as far as its command line goes. */
export type Asked<Plan extends object = object> = Omit<Task<Plan>, "act">;

/** Types a task by its plan. */
export function defineTask<Plan extends object>(task: Task<Plan>): Task<Plan> {
  return task;
}

/** Does what the command line asks for; wrong usage ends with one sentence and exit code 2. */
export async function runTask<Plan extends object>(task: Task<Plan>): Promise<void> {
  await run(async () => {
    const plan = planOf(task, process.argv.slice(2));
    if (plan !== undefined) await task.act(plan);
  });
}

/** What a command line asks a task for; nothing where it asked for help, which `write` then got. */
export function planOf<Plan extends object>(
  task: Asked<Plan>,
  args: readonly string[],
  write: (text: string) => void = (text) => void process.stdout.write(text),
): Plan | undefined {
  const command = commandOf(task).configureOutput({ writeOut: write, writeErr: () => {} });
  let plan: Plan | undefined;
  command.action((...read: unknown[]) => void (plan = task.plan(...read)));
  try {
    command.parse(task.prepare?.(args) ?? args, { from: "user" });
    return plan;
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(oneLine(error.message));
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    const complaint = error.message.replace(/^error: /, "").replace("\n(Did", " (did");
    throw new UsageError(oneLine(`Reading the command line: ${complaint}; see ${command.name()} --help.`));
  }
}

/** Whatever words of the user a refusal quotes, it is one line of bearable length, and no control sequence. */
function oneLine(message: string): string {
  const escaped = message.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${(character.codePointAt(0) as number).toString(16).padStart(4, "0")}`,
  );
  return escaped.replace(/\S{300,}/g, (word) => `${word.slice(0, 100)}...`);
}

/** A task's command line, which has read nothing yet. */
export function commandOf({ name, description, declare = (command) => command }: Asked): Command {
  const command = new Command(`deno task ${name}`).description(description).exitOverride();
  refuseRepeats(declare(command));
  return command;
}

/** The library would take the last of several values and ignore the others; options that gather a list take them all. */
function refuseRepeats(command: Command): void {
  for (const option of command.options) {
    if (Array.isArray(option.defaultValue)) {
      option.default(option.defaultValue, "none");
      continue;
    }
    let given = 0;
    command.on(`option:${option.name()}`, () => {
      if (++given === 1) return;
      throw new UsageError(
        `Reading the command line: ${
          option.long ?? option.short
        } is given twice; see ${command.name()} --help.`,
      );
    });
  }
}
