/** The tests on every way to compute that this machine has: kernels, instruction sets, oneDNN, threads. */
import process from "node:process";
import { FailureError } from "../lib/errors.ts";
import { inLanes } from "../lib/lanes.ts";
import { ROOT } from "../lib/paths.ts";
import { MOST_JOBS } from "../lib/runs/processes.ts";
import { processorFlags } from "../lib/processor.ts";
import { spawnBound } from "../setup/bound.ts";
import { each, path, whole } from "./arguments.ts";
import { requireThere } from "./files.ts";
import { HELD_TO } from "./instruction_sets.ts";
import { defineTask, runTask } from "./task.ts";

/** One way to compute: the environment variables that choose it. */
type Way = Record<string, string>;

/** Rooms of which numbers are tested; the others are the same whatever computes. */
const NUMERIC = ["bench", "experiments", "golden", "learning", "models", "ops", "spiking"]
  .map((room) => `test/${room}`);

/** Those where ways have differed: golden numbers, operations, gradients, what counts spikes. CI has no time for more. */
export const SHORT = ["golden/golden_test.ts", "ops", "learning/rules_test.ts", "bench/calibrate_test.ts"]
  .map((tests) => `test/${tests}`);

const KERNELS: Record<string, { needs: string; way: Way }> = {
  native: { needs: "", way: { WEIGHTSHARE_KERNELS: "native" } },
  avx2: { needs: "avx2", way: HELD_TO.avx2 },
  portable: { needs: "", way: HELD_TO.portable },
  reference: { needs: "", way: { WEIGHTSHARE_KERNELS: "reference" } },
};

/**
 * Every way that this processor can compute in; `short` has every choice once, not every pair of them, and leaves out the usual
 * way, in which all tests pass anyway.
 */
export function waysOf(cpuFlags: ReadonlySet<string>, short: boolean): Way[] {
  const kernels = Object.values(KERNELS)
    .filter(({ needs }) => needs === "" || cpuFlags.has(needs))
    .map(({ way }) => way);
  const others = ["1", "0"].flatMap((oneDnn) =>
    ["2", "1"].map((threads) => ({ TF_ENABLE_ONEDNN_OPTS: oneDnn, TF_NUM_INTRAOP_THREADS: threads }))
  );
  if (short) {
    return kernels.map((way, index) => ({ ...way, ...others[(3 * index) % others.length] })).slice(1);
  }
  return kernels.flatMap((way) => others.map((other) => ({ ...way, ...other })));
}

function nameOf(way: Way): string {
  return Object.entries(way).map(([name, value]) => `${name}=${value}`).join(" ");
}

async function test(way: Way, files: string[]): Promise<string> {
  const child = spawnBound(process.execPath, ["test", "-A", "--no-check", ...files], {
    cwd: ROOT,
    env: { ...process.env, ...way, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => text += String(chunk));
  await new Promise((resolve) => child.on("close", resolve));
  const summary = /^(ok|FAILED) \| .*$/m.exec(text)?.[0] ?? "ended without a word";
  if (!summary.startsWith("ok")) console.error(text.slice(-6000));
  return summary;
}

interface Plan {
  files: string[];
  short: boolean;
  /** Ways at once. */
  jobs: number;
}

/** `deno task test:matrix`. */
export const matrixTask = defineTask({
  name: "test:matrix",
  description:
    "Passes the tests of numbers with every kernel, instruction set, oneDNN setting and thread count.",
  declare: (command) =>
    command
      .argument("[tests...]", "test files or folders instead of those of numbers, e.g. test", each(path))
      .option("--short", "every choice once beside the usual way, instead of every combination")
      .option("--jobs <n>", "ways at once", whole("--jobs", 1, MOST_JOBS), 1),
  plan(given: string[], { short = false, jobs }: { short?: boolean; jobs: number }): Plan {
    for (const file of given) requireThere("Testing", file);
    return { files: given.length > 0 ? given : NUMERIC, short, jobs };
  },
  act: matrix,
});

/** Passes the tests in every way; throws a FailureError that names those that failed. */
export async function matrix({ files, short, jobs }: Plan): Promise<void> {
  const ways = waysOf(processorFlags(), short);
  const passed = await inLanes(ways, jobs, async (way) => {
    const summary = await test(way, files);
    console.log(`${nameOf(way)}: ${summary}`);
    return summary.startsWith("ok");
  });
  const failed = ways.filter((_, index) => !passed[index]).map(nameOf);
  console.log(`${ways.length} ways to compute, ${failed.length} failed`);
  if (failed.length > 0) throw new FailureError(`Testing every way to compute: ${failed.join("; ")} failed.`);
}

if (import.meta.main) await runTask(matrixTask);
