import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { FailureError } from "./errors.ts";
import { writing } from "./files.ts";

/** One program waits so long for a lock, then the next: where we are killed, it soon ends as well. */
const WAIT_SECONDS = 2;

/** The exit code of a flock that did not get the lock. */
const BUSY = 1;
const WHERE_LOCKS_WORK = "choose a folder on a file system that knows locks, with WEIGHTSHARE_RESULTS=FOLDER";

/** An exclusive lock on a file. */
export interface Lock {
  /** The open file that carries the lock; a child that inherits it keeps the lock alive. */
  readonly descriptor: number;
  release(): void;
}

/**
 * Takes an exclusive lock on `path`, waiting for whoever holds it. The lock is the kernel's (flock, of util-linux): it
 * belongs to the open file, so that it ends with its holder, kill -9 included, and is never stale.
 */
export async function acquireLock(path: string, onWait: () => void = () => {}): Promise<Lock> {
  const lock = open(path);
  if (await flock(path, lock.descriptor, "-n")) return lock;
  onWait();
  while (!await flock(path, lock.descriptor, `--timeout=${WAIT_SECONDS}`));
  return lock;
}

/** The same where the lock is free; else nothing, at once. */
export async function tryLock(path: string): Promise<Lock | undefined> {
  const lock = open(path);
  if (await flock(path, lock.descriptor, "-n")) return lock;
  lock.release();
  return undefined;
}

/** The file system of a lock knows none, as Lustre without its option flock and some NFS. */
export class NoLocksError extends FailureError {}

/**
 * Takes a lock for what no other process is meant to do now: where there are no locks, `say` gets a sentence and it is done
 * without one.
 */
export async function lockWherePossible(
  take: () => Promise<Lock | undefined>,
  say: (sentence: string) => void,
): Promise<Lock | undefined> {
  try {
    return await take();
  } catch (error) {
    if (!(error instanceof NoLocksError)) throw error;
    say(`${error.message} Going on without a lock, which nobody else may need now.`);
    return { descriptor: -1, release: () => {} };
  }
}

/** Whether another process holds the lock; nothing is made where there is none, and nobody holds what cannot be locked. */
export async function isLocked(path: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  const lock = await lockWherePossible(() => tryLock(path), () => {});
  lock?.release();
  return lock === undefined;
}

function open(path: string): Lock {
  const descriptor = writing(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, "a");
  });
  return { descriptor, release: () => closeSync(descriptor) };
}

/** Runs `action`, then lets the lock go. */
export async function holding<T>(lock: Lock, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } finally {
    lock.release();
  }
}

/** Locks the open file that the child inherits as descriptor 3, and with it ours: they are one. */
function flock(path: string, descriptor: number, option: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn("flock", [option, "3"], { stdio: ["ignore", "ignore", "ignore", descriptor] });
    child.on(
      "error",
      (error) =>
        reject(
          new FailureError(
            `Locking ${path}: flock cannot be run (${error.message}); run "deno task doctor" to see what is missing.`,
          ),
        ),
    );
    child.on("close", (code) => {
      if (code === 0 || code === BUSY) resolve(code === 0);
      else {reject(
          new NoLocksError(
            `Locking ${path}: its file system knows no locks (flock ended with exit code ${code}); ${WHERE_LOCKS_WORK}.`,
          ),
        );}
    });
  });
}
