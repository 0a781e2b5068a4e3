import { InterruptedError } from "../errors.ts";

/** Milliseconds between two looks at the event loop: often enough for a stop button to feel alive. */
const PATIENCE = 50;

/** What asks for a stop: Ctrl+C or a notebook's stop button; kill, or a cluster before it takes the machine away. */
export const STOP_SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Work that can be asked to stop. */
interface Stoppable {
  stop(): void;
}

const atWork = new Set<Stoppable>();

/** Asks the work under way to stop at its next step; false where there is none. */
export function requestStop(): boolean {
  for (const work of atWork) work.stop();
  return atWork.size > 0;
}

/** Has `stop` called when a stop is asked for, until the function that it gives is called. */
export function onStop(stop: () => void): () => void {
  const work = { stop };
  atWork.add(work);
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
  return () => {
    atWork.delete(work);
    for (const signal of STOP_SIGNALS) process.removeListener(signal, stop);
  };
}

/**
 * Lets long work be stopped by a signal. The work calls `throwIfStopped()` between its steps; it yields to the event loop and
 * throws an InterruptedError once a signal has come.
 */
export class Interruptible {
  #requested = false;
  #last = performance.now();
  readonly #release = onStop(() => this.stop());

  /** The next `throwIfStopped()` throws. */
  stop(): void {
    this.#requested = true;
  }

  /** Yields if it is time to; throws when a stop was asked for. */
  async throwIfStopped(): Promise<void> {
    if (performance.now() - this.#last > PATIENCE) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      this.#last = performance.now();
    }
    if (this.#requested) throw new InterruptedError("Stopped by the user.");
  }

  /** Takes the handlers away again. */
  release(): void {
    this.#release();
  }
}
