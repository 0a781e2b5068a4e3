import type { OnProgress, Progress } from "../learning/progress.ts";
import { describe, fractionDone, isEnd, isMilestone, SHOWN_EVERY, timeLeft } from "./pace_text.ts";

/** Where a bar is drawn; `process.stderr` is one. */
export interface TerminalStream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  rows?: number;
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
  const pending = new Map<string, Progress>();
  const write = (progress: Progress) =>
    stream.write(`${progress.run}: ${describe(progress)}, ${timeLeft(progress)}\n`);
  return (progress) => {
    const before = pending.get(progress.run);
    if (before !== undefined && before.epoch < progress.epoch) write(before);
    pending.delete(progress.run);
    if (progress.phase === "train" && isMilestone(progress)) pending.set(progress.run, progress);
    if (isEnd(progress) || (progress.phase === "evaluate" && isMilestone(progress))) write(progress);
  };
}

/** Progress of several runs at once, and lines between. */
export interface Board {
  onProgress: OnProgress;
  /** Prints a line for good, by `print`, above what moves. */
  say(line: string, print: (line: string) => void): void;
  /** Says how far all of it is, under the bars. */
  total(text: string): void;
  /** Takes away what moves. */
  end(): void;
}

/** Progress of several runs for a terminal: a bar each, one under the other; where there is none, one line per epoch. */
export function terminalBoard(stream: TerminalStream = process.stderr): Board {
  if (stream.isTTY === true) return new Bars(stream);
  const onProgress = linePerEpoch(stream);
  return { onProgress, say: (line, print) => print(line), total: () => {}, end: () => {} };
}

/** Rows of a terminal that does not tell. */
const ROWS = 24;

class Bars implements Board {
  readonly #stream: TerminalStream;
  readonly #lines = new Map<string, string>();
  #total = "";
  #drawn = 0;
  #shownAt = -Infinity;

  constructor(stream: TerminalStream) {
    this.#stream = stream;
  }

  readonly onProgress: OnProgress = (progress) => {
    const text = line(progress, this.#columns);
    if (isEnd(progress)) {
      this.#lines.delete(progress.run);
      return this.say(text, (done) => this.#stream.write(`${done}\n`));
    }
    const known = this.#lines.has(progress.run);
    this.#lines.set(progress.run, text);
    if (known && !isMilestone(progress) && performance.now() - this.#shownAt < SHOWN_EVERY) return;
    this.#draw();
  };

  say(text: string, print: (line: string) => void): void {
    this.#erase();
    print(text);
    this.#draw();
  }

  total(text: string): void {
    this.#total = text;
    this.#draw();
  }

  end(): void {
    this.#erase();
    this.#lines.clear();
    this.#total = "";
  }

  get #columns(): number {
    return this.#stream.columns ?? 80;
  }

  #erase(): void {
    if (this.#drawn === 0) return;
    const up = this.#drawn > 1 ? `\u001b[${this.#drawn - 1}A` : "";
    this.#stream.write(`\r${up}\u001b[J`);
    this.#drawn = 0;
  }

  /** What does not fit the terminal's height is counted. */
  #draw(): void {
    this.#erase();
    this.#shownAt = performance.now();
    const room = Math.max(1, (this.#stream.rows ?? ROWS) - 3);
    const hidden = this.#lines.size - room;
    const lines = [...this.#lines.values()].slice(0, room);
    if (hidden > 0) lines.push(`and ${hidden} more`);
    if (this.#total !== "") lines.push(this.#total.slice(0, this.#columns - 1));
    this.#stream.write(lines.join("\n"));
    this.#drawn = lines.length;
  }
}
