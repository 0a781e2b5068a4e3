import { existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { holding, lockWherePossible, tryLock } from "../lock.ts";
import type { RunPaths } from "./store.ts";

/** Removes what a process that was killed left of a finished run, unless another one is at it now. */
export async function clearFinished(paths: RunPaths): Promise<void> {
  if (!existsSync(paths.work)) return;
  const lock = await lockWherePossible(() => tryLock(paths.lock), () => {});
  if (lock === undefined) return;
  await holding(lock, () => {
    clearTemporary(paths);
    return Promise.resolve(rmSync(paths.work, { recursive: true, force: true }));
  });
}

/** Removes half-written files of a run. The caller holds its lock, so that nobody is writing them. */
export function clearTemporary({ record, hash }: RunPaths): void {
  const folder = dirname(record);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (name.startsWith(`${hash}.`) && name.endsWith(".tmp")) rmSync(join(folder, name), { force: true });
  }
}
