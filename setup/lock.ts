import { spawn } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import { join } from "node:path";

/** The open file whose lock this process holds; children inherit it, so that the lock outlives a killed set-up. */
let held: number | null = null;

/** What children get as their fourth file descriptor. */
export function lockDescriptor(): number | "ignore" {
  return held ?? "ignore";
}

/**
 * Waits until no other set-up of this checkout is at work, children of a killed one included. The lock ends with
 * the last process that holds the file open. Without `flock` (util-linux) there is no lock.
 */
export async function lockSetup(root: string, onWait: () => void): Promise<void> {
  mkdirSync(join(root, "vendor"), { recursive: true });
  const file = openSync(join(root, "vendor", ".setup-lock"), "a");
  const waiting = setTimeout(onWait, 500);
  await new Promise<void>((resolve) => {
    const child = spawn("flock", ["-x", "3"], { stdio: ["ignore", "ignore", "ignore", file] });
    child.on("error", () => resolve());
    child.on("close", () => resolve());
  });
  clearTimeout(waiting);
  held = file;
}
