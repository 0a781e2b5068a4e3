import { FailureError, InterruptedError, messageOf } from "./errors.ts";

/**
 * Several pieces of work of which one's failure does not end the others. An interruption by the user ends all at once.
 */
export class Attempts {
  readonly #doing: string;
  readonly #onFailure: (name: string, error: unknown) => void;
  readonly #failures: { name: string; error: unknown }[] = [];
  readonly #of: number;

  /** `doing` `of` things opens the sentence of the error at the end; `onFailure` hears of each failure at once. */
  constructor(doing: string, of: number, onFailure: (name: string, error: unknown) => void = () => {}) {
    this.#doing = doing;
    this.#of = of;
    this.#onFailure = onFailure;
  }

  /** What `work` makes, or nothing where it failed. */
  async make<Made>(name: string, work: () => Promise<Made> | Made): Promise<Made | undefined> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof InterruptedError) throw error;
      this.#failures.push({ name, error });
      this.#onFailure(name, error);
      return undefined;
    }
  }

  /** The names of what failed. */
  get failed(): string[] {
    return this.#failures.map(({ name }) => name);
  }

  /** Throws what failed: the error itself where there was one thing only, else one that lists all. */
  end(): void {
    const [first] = this.#failures;
    if (first === undefined) return;
    if (this.#of === 1) throw first.error;
    const lines = this.#failures.map(({ name, error }) => `\n  ${failureLine(name, error)}`);
    throw new FailureError(
      `${this.#doing}: ${this.#failures.length} of ${this.#of} failed:${lines.join("")}`,
      { cause: first.error },
    );
  }
}

/** A failure with the name of what failed, unless the sentence opens with it: "Training NAME: ...". */
export function failureLine(name: string, error: unknown): string {
  const said = messageOf(error);
  return said.split(": ")[0]?.endsWith(` ${name}`) ? said : `${name}: ${said}`;
}
