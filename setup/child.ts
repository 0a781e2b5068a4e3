import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { FailureError } from "../lib/errors.ts";
import { spawnBound } from "./bound.ts";
import { childEnvironment } from "./environment.ts";
import { lockDescriptor } from "./lock.ts";
import { findPython } from "./machine.ts";

/** How a child process ended. */
export interface Ended {
  /** The exit status; null when the program is not there or was killed. */
  status: number | null;
  stdout: string;
  /** The last lines of both streams. */
  tail: string;
}

export interface ChildOptions {
  cwd?: string;
  env?: Record<string, string>;
}

const TAIL_LINES = 12;
const running = new Set<ChildProcess>();

type Start = (program: string, args: string[], options: SpawnOptions) => ChildProcess;

/** Runs a program that ends soon and collects what it says. */
export function runChild(program: string, args: string[], options: ChildOptions = {}): Promise<Ended> {
  return collect(spawn, program, args, options);
}

function collect(start: Start, program: string, args: string[], { cwd, env }: ChildOptions): Promise<Ended> {
  return new Promise((resolve) => {
    const child = start(program, args, {
      cwd,
      env: childEnvironment(env),
      stdio: ["ignore", "pipe", "pipe", lockDescriptor()],
    });
    running.add(child);
    let stdout = "";
    let both = "";
    child.stdout?.on("data", (chunk) => (stdout += chunk, both += chunk));
    child.stderr?.on("data", (chunk) => both += chunk);
    const end = (status: number | null) => {
      running.delete(child);
      resolve({ status, stdout, tail: lastLines(both) });
    };
    child.on("error", () => end(null));
    child.on("close", (status) => end(status));
  });
}

/** Runs a program that must succeed and ends with us; `doing` opens the sentence of the error, `fix` closes it. */
export async function mustRun(
  doing: string,
  fix: string,
  program: string,
  args: string[],
  options: ChildOptions = {},
): Promise<Ended> {
  const { executable: python } = await findPython();
  const bound: Start = (...command) => spawnBound(...command, python);
  const ended = await collect(bound, program, args, options);
  if (ended.status === 0) return ended;
  const how = ended.status === null
    ? "could not be run or was killed"
    : `ended with exit code ${ended.status}`;
  throw new FailureError(`${doing}: ${program} ${how}; ${fix}.${ended.tail === "" ? "" : `\n${ended.tail}`}`);
}

/** Stops every child that still runs. */
export function stopChildren(): void {
  for (const child of running) child.kill("SIGTERM");
}

function lastLines(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("npm warn"));
  return lines.slice(-TAIL_LINES).map((line) => `  | ${line}`).join("\n");
}
