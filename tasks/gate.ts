/** The whole gate, as CI runs it. */
import process from "node:process";
import { createInterface } from "node:readline";
import { InterruptedError } from "../lib/errors.ts";
import { inLanes } from "../lib/lanes.ts";
import { ROOT } from "../lib/paths.ts";
import { spawnBound } from "../setup/bound.ts";
import { NOTEBOOK } from "./ok_notebook.ts";
import { defineTask, runTask } from "./task.ts";
import { type Ended, tally } from "./tally.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Tasks, of which two run at once; each lane takes the next, whatever became of the one before. The longest come first, and last what both
 * lanes can end with.
 */
const TASKS: readonly string[][] = [
  ["ok", "--without", NOTEBOOK],
  ...[["smoke"], ["ok:native"], ["ok:matrix"], ["ok:notebook"], ["ok:cluster"]],
];
const LANES = 2;
/** How many lines of a failed task are shown again at the end. */
const LAST_LINES = 40;

/** `deno task gate`. */
export const gateTask = defineTask({
  name: "gate",
  description: `What CI runs, two at once: ${TASKS.map((task) => task.join(" ")).join(", ")}.`,
  plan: () => ({ tasks: TASKS }),
  act: gate,
});

interface Plan {
  tasks: readonly string[][];
}

async function gate({ tasks }: Plan): Promise<void> {
  const controller = new AbortController();
  for (const signal of SIGNALS) process.on(signal, () => controller.abort());
  const { signal } = controller;
  const ended = await inLanes(tasks, LANES, (words) => endOf(words, signal));
  if (controller.signal.aborted) throw new InterruptedError("Passing the gate: stopped by the user.");
  for (const { task, status, lines } of ended) if (status !== 0) console.log(lastWords(task, lines));
  for (const { task, status, seconds } of ended) {
    console.log(`${task}: ${status === 0 ? "ok" : "FAILED"} (${seconds.toFixed(0)} s)`);
  }
  const { passed, failed } = tally(ended);
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exit(1);
}

/** What a failed task said last, again at the end, since lanes mix their lines and a log may be cut to its end. */
function lastWords(task: string, lines: string[]): string {
  return lines.slice(-LAST_LINES).map((line) => `${task} failed| ${line}`).join("\n");
}

/** Runs a task; its lines are shown with its name before them. Nothing is started any more once a stop was asked for. */
async function endOf(words: string[], stop: AbortSignal): Promise<Ended> {
  const [task = ""] = words;
  if (stop.aborted) return { task, status: null, lines: [], seconds: 0 };
  const since = performance.now();
  const lines: string[] = [];
  const show = (line: string) => {
    lines.push(line);
    console.log(`${task}| ${line}`);
  };
  const child = spawnBound(process.execPath, ["task", "--quiet", ...words], {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    signal: stop,
  });
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input: input as NodeJS.ReadableStream }).on("line", show);
  }
  const status = await new Promise<number | null>((done) => {
    child.on("error", () => child.pid === undefined && done(null)).on("close", done);
  });
  return { task, status, lines, seconds: (performance.now() - since) / 1000 };
}

if (import.meta.main) await runTask(gateTask);
