import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { spawnBound } from "../bound.ts";
import { FailureError, InterruptedError, UsageError } from "../errors.ts";
import type { Progress } from "../learning/progress.ts";
import { ROOT } from "../paths.ts";
import type { RunRequest } from "./store.ts";

/** What a worker is asked for, a line of JSON each. */
export interface Asked {
  request: RunRequest;
  /** Whether it waits where another process holds the run. */
  wait: boolean;
  resumeChanged: boolean;
  tensorBoard?: string | undefined;
}

/** What it answers at the end of a run; the exit code is null of a defect. */
export type End = { end: "done" | "held" } | { end: "failed"; message: string; exitCode: number | null };

/** What it answers, likewise a line of JSON each, where NaN is null. */
export type Answer = { progress: Progress } | { waits: true } | End;

/** Hears of a worker what is no end. */
export interface WorkerOptions {
  onProgress: (progress: Progress) => void;
  onWait: () => void;
}

/** Deno is the one that runs this, or in Node's kernel that of the environment. */
function denoProgram(): string {
  return "Deno" in globalThis ? process.execPath : join(ROOT, "venv", "bin", "deno");
}

const ONE_THREAD = { TF_NUM_INTRAOP_THREADS: "1" };

/** A process of one thread that makes one run after the other; it ends with this one. */
export class Worker {
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  #answer: (answer: Answer) => void = () => {};
  /** Whether it can still be asked. */
  alive = true;

  /** `said` gets what it writes to standard error, line by line. */
  constructor(said: (line: string) => void) {
    const child = spawnBound(denoProgram(), ["run", "-A", "--no-check", join(ROOT, "tasks", "worker.ts")], {
      cwd: ROOT,
      env: { ...process.env, ...ONE_THREAD },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#child = child;
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on("line", said);
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) => {
      if (line.startsWith("{")) this.#answer(JSON.parse(line));
    });
    child.stdin?.on("error", () => {}); // it has ended, which `#ended` tells
    this.#ended = new Promise((resolve) => {
      const end = (how: string) => {
        this.alive = false;
        resolve(how);
      };
      child.on("error", (error) => end(error.message));
      child.on("close", (code, signal) => end(signal === null ? `exit code ${code}` : `killed by ${signal}`));
    });
  }

  /** Makes a run; "held" where another process is at it. */
  async make(asked: Asked, { onProgress, onWait }: WorkerOptions): Promise<"done" | "held"> {
    const answered = new Promise<End>((resolve) => {
      this.#answer = (answer) => {
        if ("progress" in answer) onProgress(withNaN(answer.progress));
        else if ("waits" in answer) onWait();
        else resolve(answer);
      };
    });
    this.#child.stdin?.write(`${JSON.stringify(asked)}\n`);
    const outcome = await Promise.race([answered, this.#ended]);
    if (typeof outcome === "string") throw endedError(asked.request.row, outcome);
    if (outcome.end === "failed") throw errorOf(outcome);
    return outcome.end;
  }

  /** Has it stop at its next step. */
  stop(): void {
    this.#child.kill("SIGTERM");
  }

  /** Lets it end, and waits for that. */
  async close(): Promise<void> {
    this.#child.stdin?.end();
    await this.#ended;
  }
}

function withNaN(progress: Progress): Progress {
  const { loss, accuracy, imagesPerSecond, secondsLeft } = progress;
  return {
    ...progress,
    ...{ loss: loss ?? NaN, accuracy: accuracy ?? NaN },
    ...{ imagesPerSecond: imagesPerSecond ?? NaN, secondsLeft: secondsLeft ?? NaN },
  };
}

function endedError(row: string, how: string): Error {
  if (how === "exit code 75") return new InterruptedError(`Training ${row}: stopped by the user.`);
  const why = how === "killed by SIGKILL" ? ", by the system where memory ran out: use fewer jobs" : "";
  return new FailureError(
    `Training ${row}: its process ended (${how}${why}); run the same command again, finished epochs are kept.`,
  );
}

function errorOf({ message, exitCode }: { message: string; exitCode: number | null }): Error {
  if (exitCode === 75) return new InterruptedError(message);
  if (exitCode === 2) return new UsageError(message);
  return exitCode === 1 ? new FailureError(message) : new Error(message);
}
