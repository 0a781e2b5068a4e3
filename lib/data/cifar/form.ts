import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { FailureError, messageOf } from "../../errors.ts";
import type { Parts } from "./canonical.ts";

const run = promisify(execFile);

/** One form in which a data set is published. */
export interface Form {
  /** The archive's name where it is published, and names that other tools give it. */
  archives: readonly [string, ...string[]];
  /** The folder inside the archive. */
  folder: string;
  /** The files that are read. */
  files: readonly string[];
  /** Reads them out of the folder where they lie. */
  read(folder: string): Promise<Parts>;
}

/** A published form found in a folder: as an archive, or unpacked. */
export interface Found {
  form: Form;
  path: string;
  packed: boolean;
}

/** The first of the forms that lies in `folder`, unpacked or as its archive. */
export function findForm(folder: string, forms: readonly Form[]): Found | undefined {
  for (const form of forms) {
    const unpacked = unpackedIn(folder, form);
    if (unpacked !== undefined) return { form, path: unpacked, packed: false };
    const archive = form.archives.map((name) => join(folder, name)).find(existsSync);
    if (archive !== undefined) return { form, path: archive, packed: true };
  }
  return undefined;
}

function unpackedIn(folder: string, { folder: inner, files }: Form): string | undefined {
  return [folder, join(folder, inner)].find((place) => files.every((file) => isFile(join(place, file))));
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Reads what was found; an archive is unpacked under `scratch`, which is left as it was. */
export async function readFound({ form, path, packed }: Found, scratch: string): Promise<Parts> {
  if (!packed) return await form.read(path);
  mkdirSync(scratch, { recursive: true });
  const work = mkdtempSync(join(scratch, ".archive-"));
  try {
    await unpack(path, work);
    const unpacked = unpackedIn(work, form);
    if (unpacked !== undefined) return await form.read(unpacked);
    throw new FailureError(
      `Reading ${path}: it does not hold ${join(form.folder, form.files[0] as string)} and the other ` +
        `${form.files.length - 1} files of that archive, so it is of another data set; give the right one.`,
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function unpack(archive: string, work: string): Promise<void> {
  try {
    await run("tar", ["-xf", archive, "-C", work]); // packed by gzip or not, which tar sees by itself
  } catch (error) {
    const [, reason = messageOf(error)] = messageOf(error).split("\n");
    throw new FailureError(`Unpacking ${archive} with tar: ${reason}; give an undamaged copy.`);
  }
}
