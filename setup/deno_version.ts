/** The Deno that runs this. What this file imports is all that an older one has to understand. */
import process from "node:process";
import { FailureError, messageOf } from "../lib/errors.ts";
import { atLeast } from "./at_least.ts";
import type { Tool } from "./machine.ts";

/** The command that fixes most of what is missing. */
export const SETUP_COMMAND = "npx -y deno@2.9.6 task setup";

/** The Deno that runs this, >= 2.9: older ones lack parts of Node's interface that locks and notebooks need. */
export function findDeno(version: string = process.versions["deno"] ?? ""): Promise<Tool> {
  if (atLeast(version, [2, 9])) return Promise.resolve({ command: "deno", version });
  const found = version === "" ? `this is Node ${process.version}` : `this is ${version}`;
  throw new FailureError(
    `Looking for Deno >= 2.9: ${found}; use "npx -y deno@2.9.6" in its place, for example "${SETUP_COMMAND}".`,
  );
}

/** Starts a program that `load` imports, or ends with one sentence where this Deno is too old to read it. */
export async function underDeno(load: () => Promise<() => Promise<void>>): Promise<void> {
  try {
    await findDeno();
  } catch (error) {
    console.error(`error: ${messageOf(error)}`);
    process.exit(1);
  }
  const start = await load();
  await start();
}
