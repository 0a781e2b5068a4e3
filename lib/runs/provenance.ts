import { readFileSync } from "node:fs";
import { platform, release } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fields, readJson, text } from "../json.ts";
import { ROOT } from "../paths.ts";
import { type Arithmetic, arithmetic } from "./arithmetic.ts";
import { type GitState, gitStateOf } from "./git_state.ts";
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

let known: GitState | undefined;

/** Of this checkout, said once where git cannot tell. */
function gitState(): GitState {
  return known ??= gitStateOf(
    ROOT,
    (reason) => console.error(`note: records will name no commit of ${ROOT}: ${reason}`),
  );
}

/** Largest resident memory of this process so far, bytes. */
export function peakMemory(): number {
  const status = readFileSync("/proc/self/status", "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? NaN) * 1024;
}
