import { join } from "node:path";
import { fields, mapOf, optional, readJson, text } from "../lib/json.ts";

const LOCK_FILE = {
  what: "the locked versions of the npm packages",
  shape: fields({ packages: mapOf(fields({ version: optional(text) })) }),
  fix: 'restore it, for example with "git checkout package-lock.json"',
};

/** The entries of package-lock.json, by their folder below the checkout. */
export function lockedPackages(root: string): Record<string, { version?: string | undefined }> {
  return readJson(join(root, "package-lock.json"), LOCK_FILE).packages;
}

/** The locked version of the package in a folder. */
export function lockedVersion(root: string, folder: string): string {
  return lockedPackages(root)[folder]?.version ?? "absent";
}
