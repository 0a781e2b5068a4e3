import { mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { acquireLock, tryLock } from "./lock.ts";

/** A temporary folder, gone when released. */
export interface Scratch {
  readonly folder: string;
  release(): void;
}

const LOCK = ".lock";

/**
 * A temporary folder `NAME-...` that is this process's while it lives: its lock ends with the process, kill -9 included, and
 * whoever claims the next folder of this name first removes those whose lock is free.
 */
export async function claimScratch(name: string): Promise<Scratch> {
  for (const entry of readdirSync(tmpdir()).filter((entry) => entry.startsWith(`${name}-`))) {
    await removeAbandoned(join(tmpdir(), entry));
  }
  const made = mkdtempSync(join(tmpdir(), `.new-${name}-`));
  const lock = await acquireLock(join(made, LOCK));
  const folder = join(tmpdir(), basename(made).slice(".new-".length)); // nobody finds it before it is locked
  renameSync(made, folder);
  const release = () => {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // Something still writes to it: it goes with the next claim.
    } finally {
      lock.release();
    }
  };
  return { folder, release };
}

/** Another user's folder cannot be locked, and is left to its owner. */
async function removeAbandoned(folder: string): Promise<void> {
  try {
    const lock = await tryLock(join(folder, LOCK));
    if (lock === undefined) return;
    rmSync(folder, { recursive: true, force: true });
    lock.release();
  } catch {
    return;
  }
}
