import { execFileSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { platform, release } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { messageOf } from "../errors.ts";
import { fields, readJson, text } from "../json.ts";
import { ROOT } from "../paths.ts";
import { type Arithmetic, arithmetic } from "./arithmetic.ts";
import type { Provenance, Session, TrainingSession } from "./record.ts";

const PACKAGE = {
  what: "the version of the library",
  shape: fields({ version: text }),
  fix: 'restore it, for example with "git checkout lib/package.json"',
};

/** This process, as a record names it. */
export function thisSession(): Session & Arithmetic {
  return { ...arithmetic(), runtime: runtimeVersion(), ...gitState(), startedAt: new Date().toISOString() };
}

/** Where a run's numbers come from. `sessions` are its processes, the last of them this one. */
export function provenance(
  data: Record<string, string>,
  startedAt: string,
  sessions: TrainingSession[],
): Provenance {
  return {
    weightshare: readJson(join(ROOT, "lib", "package.json"), PACKAGE).version,
    ...thisSession(),
    platform: `${platform()} ${release()} ${process.arch}`,
    data,
    startedAt,
    finishedAt: new Date().toISOString(),
    sessions,
  };
}

function runtimeVersion(): string {
  const deno = (globalThis as { Deno?: { version: { deno: string } } }).Deno;
  return deno === undefined ? `Node ${process.version.slice(1)}` : `Deno ${deno.version.deno}`;
}

/** What can change a number: opening a notebook or writing a text does not. */
const DECIDING = ["lib", ":!lib/report", ":!lib/notebook", "native", ":!native/test", "package-lock.json"];

type GitState = Pick<Session, "gitCommit" | "gitDirty">;
let known: GitState | undefined;

/** The commit of the checkout; null, said once, where git cannot tell, and where the checkout lies in another project's. */
function gitState(): GitState {
  return known ??= readGitState();
}

function readGitState(): GitState {
  try {
    if (realpathSync(git("rev-parse", "--show-toplevel")) !== realpathSync(ROOT)) {
      throw new Error("the repository around it is another project's");
    }
    const changed = git("status", "--porcelain", "--untracked-files=all", "--", ...DECIDING);
    return { gitCommit: git("rev-parse", "HEAD"), gitDirty: changed !== "" };
  } catch (error) {
    console.error(`note: records will name no commit of ${ROOT}: ${firstLine(error)}`);
    return { gitCommit: null, gitDirty: null };
  }
}

function git(...args: string[]): string {
  return execFileSync("git", args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

/** Git's own words where it has any. */
function firstLine(error: unknown): string {
  const { stderr = "" } = error as { stderr?: string };
  return (stderr === "" ? messageOf(error) : stderr).trim().split("\n")[0] as string;
}

/** Largest resident memory of this process so far, bytes. */
export function peakMemory(): number {
  const status = readFileSync("/proc/self/status", "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? NaN) * 1024;
}
