import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { FailureError } from "../errors.ts";
import { writing } from "../files.ts";

/**
 * Runs `action` while holding an exclusive lock on `path`; waits for whoever holds it. The lock is the kernel's
 * (flock), held by a small child that ends with this process, so that even kill -9 leaves no stale lock.
 */
export async function withLock<T>(path: string, action: () => Promise<T>, onWait: () => void = () => {}): Promise<T> {
  writing(path, () => mkdirSync(dirname(path), { recursive: true }));
  const release = await acquire(path, true) ?? (onWait(), await acquire(path, false));
  if (release === undefined) throw new FailureError(`Locking ${path}: the lock could not be had; run again.`);
  try {
    return await action();
  } finally {
    release();
  }
}

const BUSY = 75;

/** Resolves to the function that releases the lock, or to undefined when it is busy and we must not wait. */
function acquire(path: string, impatient: boolean): Promise<(() => void) | undefined> {
  const patience = impatient ? ["--nonblock", "--conflict-exit-code", String(BUSY)] : [];
  // A session of its own keeps Ctrl+C away from the holder; it ends when our end of the pipe closes.
  const holder = spawn("setsid", ["flock", ...patience, path, "sh", "-c", "echo held; exec cat"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  return new Promise((resolve, reject) => {
    holder.on("error", (error) =>
      reject(new FailureError(`Locking ${path}: setsid or flock cannot be run (${error.message}); install util-linux.`)));
    holder.on("exit", (code) => {
      if (code === BUSY) resolve(undefined);
      else reject(new FailureError(`Locking ${path}: flock ended with code ${code}; make the folder writable.`));
    });
    holder.stdout.once("data", () => resolve(() => holder.stdin.end()));
  });
}
