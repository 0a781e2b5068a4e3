import { isAbsolute, relative, resolve } from "node:path";
import process from "node:process";
import { UsageError } from "../lib/errors.ts";

/** Where the user stood when the command was given. */
const STOOD = takeStart();

/**
 * `deno task` goes to the project's folder and leaves the user's own in INIT_CWD, unless that is set already: taken out
 * of the environment, so that no command given inside a program we start (a terminal of JupyterLab) inherits it.
 */
function takeStart(): string {
  const start = process.env["INIT_CWD"];
  delete process.env["INIT_CWD"];
  return start !== undefined && isAbsolute(start) ? start : process.cwd();
}

/** The absolute path of what the user wrote, read as any shell reads it: from where the user stood. */
export function fromUser(path: string): string {
  if (path !== "") return resolve(STOOD, path);
  throw new UsageError('Reading the command line: "" is no path; name a file or a folder.');
}

/** A path as the user would write it: from where the user stood, or absolute where that is shorter. */
export function toUser(path: string): string {
  const shown = relative(STOOD, path);
  return shown === "" ? "." : shown.length < path.length ? shown : path;
}
