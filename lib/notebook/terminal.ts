import type { OnProgress, Progress } from "../learning/progress.ts";
import { describe, fractionDone, isEnd, isMilestone, SHOWN_EVERY, timeLeft } from "./pace_text.ts";

/** Where a bar is drawn; `process.stderr` is one. */
export interface TerminalStream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/** Progress for a terminal: a bar that stays on its line; where there is no terminal, one line per epoch. */
export function terminalProgress(stream: TerminalStream = process.stderr): OnProgress {
  return stream.isTTY === true ? inPlace(stream) : linePerEpoch(stream);
}

function inPlace(stream: TerminalStream): OnProgress {
  let run = "";
  let open = false;
  let shownAt = -Infinity;
  return (progress) => {
    const other = progress.run !== run;
    const now = performance.now();
    if (!other && !isMilestone(progress) && now - shownAt < SHOWN_EVERY) return;
    if (other && open) stream.write("\n");
    [run, shownAt, open] = [progress.run, now, !isEnd(progress)];
    stream.write(`\r${line(progress, stream.columns ?? 80)}\u001b[K${open ? "" : "\n"}`);
  };
}

const BAR = 20;

/** One column stays free: a full line would wrap. */
function line(progress: Progress, columns: number): string {
  const filled = Math.floor(BAR * fractionDone(progress));
  const bar = "█".repeat(filled) + "░".repeat(BAR - filled);
  const text = `${progress.run} ${bar} ${timeLeft(progress)} ${describe(progress)}`;
  return text.slice(0, Math.max(10, columns - 1));
}

/** Not every epoch is evaluated: such an epoch's line comes once the next one has begun. */
function linePerEpoch(stream: TerminalStream): OnProgress {
  let pending: Progress | undefined;
  const write = (progress: Progress) =>
    stream.write(`${progress.run}: ${describe(progress)}, ${timeLeft(progress)}\n`);
  return (progress) => {
    if (pending !== undefined && pending.run === progress.run && pending.epoch < progress.epoch) {
      write(pending);
    }
    pending = progress.phase === "train" && isMilestone(progress) ? progress : undefined;
    if (isEnd(progress) || (progress.phase === "evaluate" && isMilestone(progress))) write(progress);
  };
}
