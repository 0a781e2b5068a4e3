import { existsSync, readFileSync, rmSync } from "node:fs";
import { InterruptedError, messageOf } from "../errors.ts";
import { writeWhole } from "../files.ts";
import type { RunPaths } from "./store.ts";

/** Makes a run, and leaves a note of why it failed if it does. The caller holds its lock. */
export async function notingFailure<T>({ failure }: RunPaths, make: () => Promise<T>): Promise<T> {
  rmSync(failure, { force: true });
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof InterruptedError)) note(failure, messageOf(error));
    throw error;
  }
}

/** Where not even a note can be written, the error itself says more. */
function note(path: string, why: string): void {
  try {
    writeWhole(path, `${why}\n`);
  } catch {
    // the disk is full, say
  }
}

/** Why the run failed when it was last tried. */
export function failureOf({ failure }: RunPaths): string | undefined {
  return existsSync(failure) ? readFileSync(failure, "utf8").trim() : undefined;
}
