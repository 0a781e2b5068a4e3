import { execFile } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { FailureError, messageOf } from "../../errors.ts";
import { readBytes } from "../../files.ts";
import { withScratch } from "./scratch.ts";
import type { Source } from "./source.ts";
import { inflate } from "./web.ts";

const run = promisify(execFile);

const OTHER = "it is of another version, give a copy with --dir FOLDER";

/** A Debian package, in whose `folder` every stored file lies as NAME.gz. */
export function debianSource(name: string, debian: string, folder: string): Source {
  return async function* (files, log) {
    log(`${name}: taking it out of the Debian package ${debian}`);
    yield* await withScratch(name, async (work) => {
      await unpackDebian(name, debian, work);
      return files.map((file) => {
        const from = join(work, "unpacked", folder, `${file}.gz`);
        return {
          file,
          bytes: inflate(readBytes(from, { what: `the Debian package ${debian}`, fix: OTHER }), from),
          from,
        };
      });
    });
  };
}

async function unpackDebian(name: string, debian: string, work: string): Promise<void> {
  try {
    await downloadDebian(debian, work);
    const archive = readdirSync(work).find((entry) => entry.endsWith(".deb"));
    if (archive === undefined) throw new FailureError(`apt-get brought no ${debian} package.`);
    await run("dpkg", ["-x", join(work, archive), join(work, "unpacked")]);
  } catch (error) {
    throw new FailureError(`Taking ${name} out of the Debian package ${debian}: ${firstLine(error)}.`);
  }
}

/** `apt-get download` needs no root; where the machine's package lists are absent, lists of our own are fetched. */
async function downloadDebian(debian: string, work: string): Promise<void> {
  try {
    await run("apt-get", ["download", debian], { cwd: work });
  } catch {
    const lists = join(work, "lists");
    mkdirSync(join(lists, "partial"), { recursive: true });
    const own = ["-o", `Dir::State::Lists=${lists}`, "-o", `Dir::Cache=${work}`, "-o", "Debug::NoLocking=1"];
    await run("apt-get", [...own, "update"], { cwd: work });
    await run("apt-get", [...own, "download", debian], { cwd: work });
  }
}

/** What a program that failed said first. */
export function firstLine(error: unknown): string {
  return messageOf(error).split("\n").filter(Boolean).slice(0, 2).join(": ");
}
