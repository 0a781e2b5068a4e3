import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tryLock } from "./lock.ts";

/** A temporary folder of this process. */
export interface OwnFolder {
  readonly path: string;
  /** What cannot be removed now, because a program still ends in it, is left to the next process. */
  remove(): Promise<void>;
}

const LOCK = ".lock";

/** Makes a temporary folder for something, and removes those of the same kind whose processes were killed. */
export async function ownFolder(kind: string): Promise<OwnFolder> {
  const prefix = `weightshare-${kind}-`;
  for (const name of readdirSync(tmpdir())) {
    if (name.startsWith(prefix) && RANDOM.test(name.slice(prefix.length))) {
      await removeAbandoned(join(tmpdir(), name));
    }
  }
  return await claim(mkdtempSync(join(tmpdir(), prefix))) ?? await ownFolder(kind);
}

/** What mkdtemp puts behind a prefix: a folder of another kind may be called "browser-test". */
const RANDOM = /^[0-9A-Za-z]{6}$/;

/** Gives the action such a folder, which is gone afterwards. */
export async function withOwnFolder<T>(kind: string, action: (path: string) => Promise<T>): Promise<T> {
  const { path, remove } = await ownFolder(kind);
  try {
    return await action(path);
  } finally {
    await remove();
  }
}

/** Nothing where another process took the new folder for an abandoned one. */
async function claim(path: string): Promise<OwnFolder | undefined> {
  const lock = await tryLock(join(path, LOCK));
  const folder = {
    path,
    async remove() {
      await removeSoon(path);
      lock?.release();
    },
  };
  if (lock !== undefined && existsSync(join(path, LOCK))) return folder;
  lock?.release();
  return undefined;
}

/** Only what has a lock was made here. */
async function removeAbandoned(path: string): Promise<void> {
  if (
    !existsSync(join(path, LOCK)) || statSync(path, { throwIfNoEntry: false })?.uid !== process.getuid?.()
  ) return;
  const lock = await tryLock(join(path, LOCK));
  if (lock === undefined) return;
  await removeSoon(path);
  lock.release();
}

const TRIES = 40;
const PAUSE_MILLISECONDS = 50;

/** The last writes of a program that is ending can make a removal fail. */
async function removeSoon(path: string): Promise<void> {
  for (let tries = 0; existsSync(path) && tries < TRIES; tries++) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
    }
  }
}
