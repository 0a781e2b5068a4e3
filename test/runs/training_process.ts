import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunRecord } from "../../lib/runs/record.ts";
import { spawnBound } from "../../setup/bound.ts";

const ROOT = join(import.meta.dirname as string, "..", "..");
/** A small run. */
export function runOf(epochs: number, trainImages = 200): string[] {
  return [
    ...["fashion-mnist-proxy", "--profile", "smoke", "--row", "proxy-k1"],
    ...["--set", `epochs=${epochs}`, "T=4", `trainImages=${trainImages}`, "testImages=50", "batch=50"],
  ];
}

/** A run of about a second. */
export const RUN = runOf(3);

/** A run that still has epochs to go when its first checkpoint is seen. */
export const LASTING = runOf(6);

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts `deno task train` in a process of its own with its results in `results`, after some shell. */
export function start(
  results: string,
  args: string[] = RUN,
  before = ":",
): { child: ChildProcess; ended: Promise<Ended> } {
  const command = [Deno.execPath(), "run", "-A", "tasks/train.ts", ...args];
  const child = spawnBound("bash", ["-c", `${before}; exec "$@"`, "bash", ...command], {
    cwd: ROOT,
    env: { ...process.env, WEIGHTSHARE_RESULTS: results, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const text = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]?.on("data", (chunk) => text[stream] += String(chunk));
  }
  return { child, ended: new Promise((resolve) => child.on("close", (code) => resolve({ code, ...text }))) };
}

/** Runs a test with a folder of its own. */
export async function inFolder<T>(test: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "weightshare-"));
  try {
    return await test(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function experimentFolder(results: string): string {
  return join(results, "smoke", "fashion-mnist-proxy");
}

/** The finished records under `results`. */
export function recordsIn(results: string): RunRecord[] {
  const folder = experimentFolder(results);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
}

export const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits until `condition` holds, at most a minute. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error("waited a minute in vain");
    await sleep(20);
  }
}
