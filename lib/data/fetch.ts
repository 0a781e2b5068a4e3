import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { FailureError, messageOf } from "../errors.ts";
import { datasetFacts } from "./manifest.ts";
import { checked, datasetFolder, readVerified } from "./verify.ts";

const run = promisify(execFile);

/** Where a data set's files come from, in the order they are tried. */
interface Sources {
  /** A folder on the web that holds every file as NAME.gz. */
  mirror: string;
  /** A Debian package and the folder inside it that holds every file as NAME.gz. */
  debian: { package: string; folder: string };
}

const SOURCES: Record<string, Sources> = {
  "fashion-mnist": {
    mirror: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    debian: { package: "dataset-fashion-mnist", folder: "usr/share/datasets/fashion-mnist" },
  },
};

export interface FetchOptions {
  /** Gets one line per thing done. */
  log?: (line: string) => void;
  /** A folder with an existing copy (plain or .gz files); it is verified and copied. */
  from?: string;
  /** Another web folder to fetch from; then nothing else is tried. */
  mirror?: string;
}

/** Brings the verified files of a data set into the data folder. Files that are there and right stay. */
export async function fetchDataset(name: string, options: FetchOptions = {}): Promise<void> {
  const log = options.log ?? (() => {});
  const files = Object.keys(datasetFacts(name).files);
  const missing = options.from === undefined ? files.filter((file) => !isRight(name, file)) : files;
  if (missing.length > 0) await bring(name, missing, options, log);
  writeStamp(name);
  log(`${name}: ${files.length} files verified in ${datasetFolder(name)}`);
}

/** Why the data set cannot be used, or null. Trusts sizes and times of files verified before; loading never does. */
export function datasetProblem(name: string): Promise<string | null> {
  return Promise.resolve(stampProblem(name));
}

function stampProblem(name: string): string | null {
  const stamp = readStamp(name);
  for (const file of Object.keys(datasetFacts(name).files)) {
    const path = join(datasetFolder(name), file);
    if (!existsSync(path) && !existsSync(`${path}.gz`)) return `${path} is missing`;
    if (stamp[file] !== fingerprint(name, file)) return `${path} is not verified yet`;
  }
  return null;
}

async function bring(name: string, files: string[], options: FetchOptions, log: (line: string) => void) {
  if (options.from !== undefined) return copy(name, files, options.from);
  if (options.mirror !== undefined) return await download(name, files, options.mirror, log);
  const sources = SOURCES[name];
  if (sources === undefined) {
    throw new FailureError(`Fetching ${name}: no source is known; give a copy with --dir.`);
  }
  const failures: string[] = [];
  for (
    const attempt of [
      () => download(name, files, sources.mirror, log),
      () => unpackDebian(name, files, sources, log),
    ]
  ) {
    try {
      return await attempt();
    } catch (error) {
      failures.push(messageOf(error));
      log(messageOf(error));
    }
  }
  throw new FailureError(
    `Fetching ${name}: no source answered (${failures.join(" | ")}); ` +
      `connect to the network and run "deno task data ${name}", or give an existing copy with --dir FOLDER.`,
  );
}

function copy(name: string, files: string[], from: string): void {
  for (const file of files) place(name, file, readVerified(name, file, from), join(from, file));
}

async function download(
  name: string,
  files: string[],
  mirror: string,
  log: (line: string) => void,
): Promise<void> {
  for (const file of files) {
    const url = new URL(`${file}.gz`, mirror).href;
    log(`${name}: downloading ${url}`);
    place(name, file, inflate(await get(url), url), url);
  }
}

async function get(url: string): Promise<Uint8Array> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(300_000) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
    throw new FailureError(`Downloading ${url}: ${messageOf(error)}${cause}.`);
  }
}

function inflate(bytes: Uint8Array, from: string): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new FailureError(
      `Unpacking ${from} (${bytes.length} bytes): ${messageOf(error)}; the download is damaged.`,
    );
  }
}

async function unpackDebian(name: string, files: string[], sources: Sources, log: (line: string) => void) {
  const { package: debian, folder } = sources.debian;
  mkdirSync(datasetFolder(name), { recursive: true });
  const work = mkdtempSync(join(datasetFolder(name), ".debian-"));
  try {
    log(`${name}: taking it out of the Debian package ${debian}`);
    await downloadDebian(debian, work);
    const archive = readdirSync(work).find((entry) => entry.endsWith(".deb"));
    if (archive === undefined) throw new FailureError(`apt-get brought no ${debian} package.`);
    await run("dpkg", ["-x", join(work, archive), join(work, "unpacked")]);
    for (const file of files) {
      const packed = join(work, "unpacked", folder, `${file}.gz`);
      place(name, file, inflate(readFileSync(packed), packed), packed);
    }
  } catch (error) {
    throw new FailureError(`Taking ${name} out of the Debian package ${debian}: ${firstLine(error)}.`);
  } finally {
    rmSync(work, { recursive: true, force: true });
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

/** Verifies the bytes and puts them in place by a temporary name, so that no half-written file is ever read. */
function place(name: string, file: string, bytes: Uint8Array, source: string): void {
  const facts = datasetFacts(name).files[file];
  if (facts === undefined) {
    throw new FailureError(`Placing ${file}: the manifest of ${name} has no such file.`);
  }
  const path = join(datasetFolder(name), file);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(datasetFolder(name), { recursive: true });
    writeFileSync(temporary, checked(bytes, source, facts, name));
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function isRight(name: string, file: string): boolean {
  try {
    readVerified(name, file);
    return true;
  } catch {
    return false;
  }
}

function stampPath(name: string): string {
  return join(datasetFolder(name), ".verified.json");
}

function fingerprint(name: string, file: string): string | undefined {
  const path = [join(datasetFolder(name), file), join(datasetFolder(name), `${file}.gz`)].find(existsSync);
  if (path === undefined) return undefined;
  const { size, mtimeMs } = statSync(path);
  return `${size} bytes, ${mtimeMs}, ${datasetFacts(name).files[file]?.sha256}`;
}

function readStamp(name: string): Record<string, string> {
  return existsSync(stampPath(name)) ? JSON.parse(readFileSync(stampPath(name), "utf8")) : {};
}

function writeStamp(name: string): void {
  const files = Object.keys(datasetFacts(name).files);
  for (const file of files) readVerified(name, file);
  const stamp = Object.fromEntries(files.map((file) => [file, fingerprint(name, file)]));
  writeFileSync(stampPath(name), JSON.stringify(stamp, null, 2));
}

function firstLine(error: unknown): string {
  return messageOf(error).split("\n").filter(Boolean).slice(0, 2).join(": ");
}
