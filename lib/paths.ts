import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { setting } from "./environment.ts";
import { FailureError } from "./errors.ts";

/** The folder of the checkout: the nearest one above this file that holds `deno.json`. */
export const ROOT: string = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(start: string): string {
  for (let folder = start;; folder = dirname(folder)) {
    if (existsSync(join(folder, "deno.json"))) return folder;
    if (folder === dirname(folder)) {
      throw new FailureError(
        `Looking for the project folder above ${start}: no deno.json found; run from a checkout of weightshare.`,
      );
    }
  }
}

/** Where data sets lie: WEIGHTSHARE_DATA, else `data/` of the checkout. */
export function dataFolder(): string {
  return fromRoot(setting("WEIGHTSHARE_DATA") ?? "data");
}

/** Where records and figures lie: WEIGHTSHARE_RESULTS, else `results/` of the checkout. */
export function resultsFolder(): string {
  return fromRoot(setting("WEIGHTSHARE_RESULTS") ?? "results");
}

/** A path of the environment: relative to the checkout, so that tasks and notebooks mean the same folder. */
function fromRoot(path: string): string {
  return resolve(ROOT, path);
}
