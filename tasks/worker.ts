/** Makes the runs that it reads from standard input, a line of JSON each, and answers likewise: a process of a pool. */
import process from "node:process";
import { createInterface } from "node:readline";
import { messageOf, WeightshareError } from "../lib/errors.ts";
import type { Progress } from "../lib/learning/progress.ts";
import { isMilestone, SHOWN_EVERY } from "../lib/notebook/pace_text.ts";
import { run as makeRun, runUnlessHeld } from "../lib/runs/run.ts";
import type { Answer, Asked } from "../lib/runs/worker.ts";
import { run } from "./main.ts";
import { stopBetweenRuns } from "./stoppable.ts";

await run(async () => {
  stopBetweenRuns();
  for await (const line of createInterface({ input: process.stdin })) {
    const end = await answerTo(JSON.parse(line));
    say(end);
    if ("exitCode" in end && end.exitCode === 75) process.exit(75);
  }
});

async function answerTo({ request, wait, ...asked }: Asked): Promise<Answer> {
  const options = { ...asked, onProgress: throttled(), onWait: () => say({ waits: true }) };
  try {
    const record = await (wait ? makeRun : runUnlessHeld)(request, options);
    return { end: record === undefined ? "held" : "done" };
  } catch (error) {
    const exitCode = error instanceof WeightshareError ? error.exitCode : null;
    const defect = error instanceof Error && exitCode === null ? error.stack : undefined;
    return { end: "failed", message: defect ?? messageOf(error), exitCode };
  }
}

/** As often as it is shown, and every milestone. */
function throttled(): (progress: Progress) => void {
  let saidAt = -Infinity;
  return (progress) => {
    if (!isMilestone(progress) && performance.now() - saidAt < SHOWN_EVERY) return;
    saidAt = performance.now();
    say({ progress });
  };
}

function say(answer: Answer): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
