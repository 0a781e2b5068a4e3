import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { FailureError, messageOf } from "../../errors.ts";
import { findForm, type Form, readFound } from "../cifar/form.ts";
import { readVerified, storedPath } from "../verify.ts";
import { converted } from "./converted.ts";
import { withScratch } from "./scratch.ts";
import type { Source } from "./source.ts";

/** How a data set may lie in a folder. */
export interface Layout {
  /** Folders below the named one in which tools keep the stored files (plain or .gz). */
  inner: readonly string[];
  /** The forms in which it is published otherwise, packed or not. */
  forms: readonly Form[];
}

/** Whether the data set lies in the folder; the folder of the stored files themselves does not count. */
export function holds(folder: string, files: readonly string[], { inner, forms }: Layout): boolean {
  return findForm(folder, forms) !== undefined || inner.some((name) => hasFile(join(folder, name), files));
}

/** A folder that holds the data set in any of the ways of `layout`, or as the stored files. */
export function folderSource(name: string, folder: string, layout: Layout): Source {
  return async function* (files, log) {
    const found = findForm(folder, layout.forms);
    if (found !== undefined) {
      log(`${name}: reading ${found.path}`);
      const parts = await withScratch(name, (work) => readFound(found, work));
      return yield* converted(parts, files, found.path);
    }
    const stored = ["", ...layout.inner].map((inner) => join(folder, inner)).find((place) =>
      hasFile(place, files)
    );
    if (stored === undefined) throw notThere(name, folder, files, layout);
    for (const file of files) {
      yield { file, bytes: readVerified(name, file, stored), from: join(stored, file) };
    }
  };
}

function hasFile(folder: string, files: readonly string[]): boolean {
  return files.some((file) => storedPath("", file, folder) !== undefined);
}

const SHOWN = 8;

function notThere(
  name: string,
  folder: string,
  files: readonly string[],
  { inner, forms }: Layout,
): FailureError {
  const published = forms.flatMap((form) => [form.archives[0], `${form.folder}/ with ${form.files[0]}`]);
  const stored = ["", ...inner.map((path) => `${path}/`)].map((path) => `${path}${files[0]}`);
  return new FailureError(
    `Looking for ${name} in ${folder}: ${contents(folder)}; wanted is one of ${
      [...published, ...stored].join(", ")
    } ` +
      `(the last plain or as .gz), with the files that belong to it: name the folder in which it lies with --dir FOLDER.`,
  );
}

/** "it holds a, b and 3 more". */
function contents(folder: string): string {
  if (!existsSync(folder)) return "there is no such folder";
  if (!statSync(folder).isDirectory()) return "it is a file, no folder";
  try {
    const names = readdirSync(folder).sort();
    if (names.length === 0) return "it is empty";
    const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "";
    return `it holds ${names.slice(0, SHOWN).join(", ")}${more}`;
  } catch (error) {
    return `it cannot be read (${messageOf(error)})`;
  }
}
