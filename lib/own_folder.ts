import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tryLock } from "./lock.ts";

/** A temporary folder of this process. */
export interface OwnFolder {
  readonly path: string;
  remove(): void;
}

const LOCK = ".lock";

/** Makes a temporary folder for something, and removes those of the same kind whose processes were killed. */
export async function ownFolder(kind: string): Promise<OwnFolder> {
  const prefix = join(tmpdir(), `weightshare-${kind}-`);
  for (const name of readdirSync(tmpdir())) {
    const path = join(tmpdir(), name);
    if (path.startsWith(prefix)) await removeAbandoned(path);
  }
  return await claim(mkdtempSync(prefix)) ?? await ownFolder(kind);
}

/** Gives the action such a folder, which is gone afterwards. */
export async function withOwnFolder<T>(kind: string, action: (path: string) => Promise<T>): Promise<T> {
  const { path, remove } = await ownFolder(kind);
  try {
    return await action(path);
  } finally {
    remove();
  }
}

/** Nothing where another process took the new folder for an abandoned one. */
async function claim(path: string): Promise<OwnFolder | undefined> {
  const lock = await tryLock(join(path, LOCK));
  const folder = {
    path,
    remove() {
      rmSync(path, { recursive: true, force: true, maxRetries: 3 });
      lock?.release();
    },
  };
  if (lock !== undefined && existsSync(join(path, LOCK))) return folder;
  lock?.release();
  return undefined;
}

async function removeAbandoned(path: string): Promise<void> {
  if (statSync(path, { throwIfNoEntry: false })?.uid !== process.getuid?.()) return;
  const lock = await tryLock(join(path, LOCK));
  if (lock === undefined) return;
  rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  lock.release();
}
