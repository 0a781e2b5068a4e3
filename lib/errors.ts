import { inNotebook } from "./jupyter_kernel.ts";

/**
 * The two kinds of error a person can fix. Each message is one sentence: what was being done, with what value,
 * what it needs and how to fix it. The command line prints the message alone, without a stack trace.
 */
export class WeightshareError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, options);
    if (!inNotebook()) return;
    const stack = [`${new.target.name}: ${message}`, ...cellFrames(this.stack)].join("\n");
    // Node would put our source line before the stack of whatever a cell throws; nothing can be put before this one.
    Object.defineProperty(this, "stack", { get: () => stack, set: () => {}, configurable: true });
  }

  /** The exit code of the command line: 2 for wrong usage, 1 for a failure, 75 where the same command would go on. */
  get exitCode(): 1 | 2 | 75 {
    return 1;
  }

  override readonly name: string = "WeightshareError";
}

/** Of a stack, the lines of the reader's own cells: those of this library say nothing that could be fixed there. */
function cellFrames(stack = ""): string[] {
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  return frames.filter((line) => !/file:|node:|ext:|[/\\]/.test(line));
}

/** The request itself makes no sense: an unknown name, a value out of range. Exit code 2. */
export class UsageError extends WeightshareError {
  override readonly name = "UsageError";

  override get exitCode(): 2 {
    return 2;
  }
}

/** The request is fine but could not be carried out: a damaged file, a full disk, a missing part. Exit code 1. */
export class FailureError extends WeightshareError {
  override readonly name = "FailureError";

  override get exitCode(): 1 {
    return 1;
  }
}

/** A number that must be finite is not: training has diverged. It ends a run, whose record then says so. Exit code 1. */
export class DivergenceError extends WeightshareError {
  override readonly name = "DivergenceError";
  /** `what` names the number, e.g. "loss". */
  constructor(readonly what: string, readonly value: string) {
    super(`Looking at the ${what}: it is ${value}, but must be finite; lower the learning rate.`);
  }
}

/** Progress was stopped by the user (a signal, or the notebook's stop button); what is finished is kept. Exit code 75. */
export class InterruptedError extends WeightshareError {
  override readonly name = "InterruptedError";

  override get exitCode(): 75 {
    return 75;
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
