import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";

export const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits until `look` finds something, at most a minute. */
export async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) assert.fail(`waited a minute in vain for ${what}`);
    await sleep(50);
  }
}

/** Waits for the id that a process writes into a file, which is there before what is in it. */
export async function untilIdIn(file: string, what: string): Promise<number> {
  return await until(what, () => existsSync(file) && Number(readFileSync(file, "utf8")) || undefined);
}

/** A process that has ended may still wait for its parent to notice; that is not living. */
export function lives(pid: number): boolean {
  const status = `/proc/${pid}/stat`;
  return existsSync(status) && !/\) Z/.test(readFileSync(status, "utf8"));
}

export function parentOf(pid: number): number {
  return Number(/PPid:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}
