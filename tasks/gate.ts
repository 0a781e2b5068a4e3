/** The whole gate, as CI runs it. */
import process from "node:process";
import { createInterface } from "node:readline";
import { InterruptedError } from "../lib/errors.ts";
import { ROOT } from "../lib/paths.ts";
import { spawnBound } from "../setup/bound.ts";
import { defineTask, runTask } from "./task.ts";
import { type Ended, tally } from "./tally.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Tasks in two lanes that run at once; within a lane one after the other, whatever became of the one before. */
const LANES: readonly string[][] = [["ok"], ["ok:native", "ok:matrix", "smoke", "ok:cluster"]];
/** How many lines of a failed task are shown again at the end. */
const LAST_LINES = 40;

/** `deno task gate`. */
export const gateTask = defineTask({
  name: "gate",
  description: `What CI runs: ${LANES.map((lane) => lane.join(", then ")).join("; at the same time ")}.`,
  plan: () => ({ lanes: LANES }),
  act: gate,
});

interface Plan {
  lanes: readonly string[][];
}

async function gate({ lanes }: Plan): Promise<void> {
  const controller = new AbortController();
  for (const signal of SIGNALS) process.on(signal, () => controller.abort());
  const lane = (tasks: string[]) => runLane(tasks, controller.signal);
  const ended = (await Promise.all(lanes.map(lane))).flat();
  if (controller.signal.aborted) throw new InterruptedError("Passing the gate: stopped by the user.");
  for (const { task, status, lines } of ended) if (status !== 0) console.log(lastWords(task, lines));
  for (const { task, status, seconds } of ended) {
    console.log(`${task}: ${status === 0 ? "ok" : "FAILED"} (${seconds.toFixed(0)} s)`);
  }
  const { passed, failed } = tally(ended);
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exit(1);
}

async function runLane(tasks: string[], stop: AbortSignal): Promise<Ended[]> {
  const ended: Ended[] = [];
  for (const task of tasks) if (!stop.aborted) ended.push(await endOf(task, stop));
  return ended;
}

/** What a failed task said last, again at the end, since lanes mix their lines and a log may be cut to its end. */
function lastWords(task: string, lines: string[]): string {
  return lines.slice(-LAST_LINES).map((line) => `${task} failed| ${line}`).join("\n");
}

/** Runs a task; its lines are shown with its name before them. */
async function endOf(task: string, stop: AbortSignal): Promise<Ended> {
  const since = performance.now();
  const lines: string[] = [];
  const show = (line: string) => {
    lines.push(line);
    console.log(`${task}| ${line}`);
  };
  const child = spawnBound(process.execPath, ["task", "--quiet", task], {
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
