import { UsageError } from "../../errors.ts";
import type { BatchJob, TargetBatch } from "../augment/augment_batch.ts";
import type { AugmentedSource } from "../augmented_batches.ts";
import type { BatchSource } from "../batches.ts";
import { type Pool, startPool } from "./pool.ts";

/** Training batches that are made ahead of their use, beside the training step. */
export interface PrefetchedSource extends Omit<BatchSource, "batch"> {
  /** The same bytes as the source's own `batch`. Quick for the batch after the last one asked for. */
  batch(epoch: number, step: number): Promise<TargetBatch>;
  /** Ends the threads, which start with the first batch; to be called after it in any case, else the process does not end. */
  close(): Promise<void>;
}

export interface PrefetchOptions {
  /** Threads that make batches; 0 makes each batch in the main thread when it is asked for. */
  workers: number;
  /** The last epoch; nothing is made beyond its end. */
  epochs: number;
}

/** Batches ready or being made for each thread: one it works on, one that waits. */
const AHEAD = 2;

/** Lets threads make the batches of `source` ahead. Which thread makes a batch, and when, does not change it. */
export function prefetched(source: AugmentedSource, { workers, epochs }: PrefetchOptions): PrefetchedSource {
  const { shape, batchSize, steps } = source;
  if (!Number.isInteger(workers) || workers < 0) {
    throw new UsageError(
      `Augmenting in ${workers} worker threads: the number must be a whole number from 0.`,
    );
  }
  if (workers === 0) {
    const batch = (epoch: number, step: number) => Promise.resolve(source.batch(epoch, step));
    return { shape, batchSize, steps, batch, close: () => Promise.resolve() };
  }
  const queue = new Queue(source, () => startPool(workers), AHEAD * workers, epochs);
  return {
    shape,
    batchSize,
    steps,
    batch: (epoch, step) => queue.take(epoch, step),
    close: () => queue.close(),
  };
}

/** Batches in the order of training, each asked of the pool `ahead` batches before its turn. */
class Queue {
  readonly #ordered = new Map<number, Promise<TargetBatch>>();
  #pool: Pool | undefined;

  constructor(
    private readonly source: AugmentedSource,
    private readonly start: () => Pool,
    private readonly ahead: number,
    private readonly epochs: number,
  ) {}

  /** Batches skipped by a jump are forgotten. */
  take(epoch: number, step: number): Promise<TargetBatch> {
    const turn = (epoch - 1) * this.source.steps + step;
    for (const other of this.#ordered.keys()) {
      if (other < turn || other > turn + this.ahead) this.#ordered.delete(other);
    }
    const end = Math.max(turn + 1, Math.min(turn + 1 + this.ahead, this.epochs * this.source.steps));
    for (let next = turn; next < end; next++) this.#order(next);
    const batch = this.#ordered.get(turn) as Promise<TargetBatch>;
    this.#ordered.delete(turn);
    return batch;
  }

  #order(turn: number): void {
    if (this.#ordered.has(turn)) return;
    this.#pool ??= this.start();
    const batch = this.#pool.run(this.#job(turn));
    // A failure is told to whoever takes the batch; until then it must not end the process.
    batch.catch(() => {});
    this.#ordered.set(turn, batch);
  }

  #job(turn: number): BatchJob {
    return this.source.job(Math.floor(turn / this.source.steps) + 1, turn % this.source.steps);
  }

  async close(): Promise<void> {
    this.#ordered.clear();
    await this.#pool?.close();
  }
}
