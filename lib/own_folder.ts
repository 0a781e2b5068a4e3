import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FailureError, messageOf } from "./errors.ts";
import { tryLock } from "./lock.ts";

/** A temporary folder of this process. */
export interface OwnFolder {
  readonly path: string;
  /** What cannot be removed now, because a program still ends in it, is left to the next process. */
  remove(): Promise<void>;
}

const LOCK = ".lock";

/**
 * Makes a temporary folder for something that needs `room` (MiB) there, and removes those of the same kind whose processes
 * were killed.
 */
export async function ownFolder(kind: string, room = 0): Promise<OwnFolder> {
  const prefix = `weightshare-${kind}-`;
  for (const name of inTemporary(() => readdirSync(tmpdir()))) {
    if (name.startsWith(prefix) && RANDOM.test(name.slice(prefix.length))) {
      await removeAbandoned(join(tmpdir(), name));
    }
  }
  inTemporary(() => requireRoom(room));
  return await claim(inTemporary(() => mkdtempSync(join(tmpdir(), prefix)))) ?? await ownFolder(kind, room);
}

function requireRoom(needed: number): void {
  const { bavail, bsize } = statfsSync(tmpdir());
  const room = Math.floor(bavail * bsize / 2 ** 20);
  if (room < needed) throw new Error(`it has ${room} MiB left, and ${needed} are needed`);
}

function inTemporary<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new FailureError(
      `Making a temporary folder in ${tmpdir()}: ${
        messageOf(error)
      }; make room and a writable folder of it, or name another ` +
        `with TMPDIR=FOLDER.`,
    );
  }
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

/**
 * Waits for the program that uses it to end: the browser of a killed process writes its last second after that, and what it wrote into a
 * removed folder would have no lock. The lock goes last, so that what is removed in part is still known as ours.
 */
async function removeSoon(path: string): Promise<void> {
  for (let tries = 0; existsSync(path) && tries < TRIES; tries++) {
    if (tries > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
    if (isInUse(path)) continue;
    try {
      for (const name of readdirSync(path).filter((name) => name !== LOCK)) remove(join(path, name));
      remove(path);
    } catch {
      // a program that is ending has written once more
    }
  }
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** Whether a process has the folder in its command line. */
function isInUse(path: string): boolean {
  return readdirSync("/proc").some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(path);
    } catch {
      return false; // it has ended meanwhile
    }
  });
}
