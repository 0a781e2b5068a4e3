import { InterruptedError } from "../errors.ts";

/** Milliseconds between two looks at the event loop: often enough for a stop button to feel alive. */
const PATIENCE = 50;

/**
 * Lets long work be stopped by SIGINT (Ctrl+C, or the stop button of a notebook). The work calls `breathe()` between
 * its steps; it yields to the event loop and throws an InterruptedError once a signal has come.
 */
export class Interruptible {
  #requested = false;
  #last = performance.now();
  readonly #onSignal = () => {
    this.#requested = true;
  };

  constructor() {
    process.on("SIGINT", this.#onSignal);
  }

  /** Yields if it is time to; throws when a stop was asked for. */
  async breathe(): Promise<void> {
    if (performance.now() - this.#last > PATIENCE) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      this.#last = performance.now();
    }
    if (this.#requested) throw new InterruptedError("Stopped by the user.");
  }

  /** Takes the handler away again. */
  release(): void {
    process.removeListener("SIGINT", this.#onSignal);
  }
}
