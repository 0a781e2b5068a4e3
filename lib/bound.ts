import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "./paths.ts";

/** Folders of scripts that stand between a process and its children. */
const PROCESSES = join(ROOT, "setup", "processes");

/** The command that starts a program bound to `parent`; any Python 3 will do. */
export function boundCommand(python: string, parent: number): [string, ...string[]] {
  return [python, "-I", "-S", join(PROCESSES, "end_with_parent.py"), String(parent)];
}

/**
 * Starts a program that ends with this process, kill -9 included: the one way to start a child here. A program that is
 * not there ends with exit code 127.
 */
export function spawnBound(
  program: string,
  args: readonly string[],
  options: SpawnOptions,
  python: string = join(ROOT, "venv", "bin", "python"),
): ChildProcess {
  const [command, ...before] = boundCommand(python, process.pid);
  return spawn(command, [...before, program, ...args], options);
}
