import process from "node:process";
import { FailureError } from "../lib/errors.ts";
import { ROOT } from "../lib/paths.ts";
import { spawnBound } from "../setup/bound.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs commands of Deno in the project's folder one after the other; the first that fails ends all. */
export async function runDeno(commands: readonly string[][]): Promise<void> {
  for (const args of commands) {
    if (await statusOf(process.execPath, args) === 0) continue;
    throw new FailureError(`Running deno ${args.join(" ")}: it failed; fix what it says above.`);
  }
}

/** Runs a program in the project's folder on our terminal; what ends us ends it. Null where it could not be run. */
export async function statusOf(
  program: string,
  args: string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<number | null> {
  const child = spawnBound(program, args, { cwd: ROOT, env, stdio: "inherit" });
  const pass = (signal: NodeJS.Signals) => void child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, pass);
  try {
    return await new Promise((resolve) => child.on("error", () => resolve(null)).on("close", resolve));
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, pass);
  }
}
