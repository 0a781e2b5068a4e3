import { join } from "node:path";
import { acquireLock, holding, type Lock } from "../lib/lock.ts";

/** The lock this process holds; children inherit its file, so that the lock outlives a killed set-up. */
let held: Lock | undefined;

/** What children get as their fourth file descriptor. */
export function lockDescriptor(): number | "ignore" {
  return held?.descriptor ?? "ignore";
}

/** Runs `action` when no other set-up of this checkout is at work, children of a killed one included. */
export async function lockSetup<T>(root: string, onWait: () => void, action: () => Promise<T>): Promise<T> {
  held = await acquireLock(join(root, "vendor", ".setup-lock"), onWait);
  try {
    return await holding(held, action);
  } finally {
    held = undefined;
  }
}
