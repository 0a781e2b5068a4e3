import { join } from "node:path";
import { acquireLock, type Lock } from "../lib/lock.ts";

/** The lock this process holds; children inherit its file, so that the lock outlives a killed set-up. */
let held: Lock | undefined;

/** What children get as their fourth file descriptor. */
export function lockDescriptor(): number | "ignore" {
  return held?.descriptor ?? "ignore";
}

/** Waits until no other set-up of this checkout is at work, children of a killed one included. */
export async function lockSetup(root: string, onWait: () => void): Promise<void> {
  held = await acquireLock(join(root, "vendor", ".setup-lock"), onWait);
}
