import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, platform, release } from "node:os";
import { join } from "node:path";
import { kernelsInUse } from "../ops/kernels.ts";
import { tensorflowVersion, threadCount } from "../ops/tensorflow.ts";
import { ROOT } from "../paths.ts";
import type { Provenance } from "./record.ts";

/** Where this process's numbers come from. */
export function provenance(data: Record<string, string>, startedAt: string): Provenance {
  const commit = git("rev-parse", "HEAD");
  return {
    weightshare:
      (JSON.parse(readFileSync(join(ROOT, "lib", "package.json"), "utf8")) as { version: string }).version,
    runtime: runtimeVersion(),
    tensorflow: tensorflowVersion(),
    kernels: kernelsInUse(),
    cpu: cpus()[0]?.model ?? "unknown",
    threads: threadCount(),
    platform: `${platform()} ${release()} ${process.arch}`,
    data,
    gitCommit: commit,
    gitDirty: commit === null ? null : git("status", "--porcelain", "--untracked-files=no") !== "",
    startedAt,
    finishedAt: new Date().toISOString(),
  };
}

function runtimeVersion(): string {
  const deno = (globalThis as { Deno?: { version: { deno: string } } }).Deno;
  return deno === undefined ? `Node ${process.version.slice(1)}` : `Deno ${deno.version.deno}`;
}

function git(...args: string[]): string | null {
  try {
    return execFileSync("git", args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
      .trim();
  } catch {
    return null;
  }
}

/** Largest resident memory of this process so far, bytes. */
export function peakMemory(): number {
  const status = readFileSync("/proc/self/status", "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? NaN) * 1024;
}
