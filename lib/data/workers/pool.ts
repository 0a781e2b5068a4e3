import { Worker } from "node:worker_threads";
import { FailureError, messageOf } from "../../errors.ts";
import type { BatchJob, TargetBatch } from "../augment/augment_batch.ts";
import { type Answer, packJob, type Request, unpackBatch } from "./message.ts";

/** Threads that make batches. */
export interface Pool {
  /** Makes a batch in the thread that has least to do; its bytes are handed over, not copied. */
  run(job: BatchJob): Promise<TargetBatch>;
  /** Lets every thread end after the batches it was asked for, and waits for that. */
  close(): Promise<void>;
}

interface Pending {
  job: Pick<BatchJob, "epoch" | "step">;
  resolve: (batch: TargetBatch) => void;
  reject: (error: Error) => void;
}

/** Starts so many threads, at least one. `program` is the file they run. */
export function startPool(count: number, program: URL = workerProgram()): Pool {
  const threads = Array.from({ length: count }, () => new Thread(program));
  return {
    run(job) {
      const least = threads.reduce((best, thread) => thread.load < best.load ? thread : best);
      return least.run(job);
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

/** The worker's program beside this file: TypeScript in the sources, JavaScript in the compiled library. */
function workerProgram(): URL {
  return new URL(`./worker.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`, import.meta.url);
}

class Thread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #ended: Promise<void>;
  #last = 0;
  #broken: string | undefined;

  constructor(program: URL) {
    this.#worker = new Worker(program);
    this.#worker.on("message", (answer: Answer) => this.#settle(answer));
    this.#worker.on("error", (error) => this.#break(messageOf(error)));
    this.#ended = new Promise((resolve) =>
      this.#worker.on("exit", () => {
        this.#break("the thread has ended");
        resolve();
      })
    );
  }

  /** Batches asked for and not yet made. */
  get load(): number {
    return this.#pending.size;
  }

  run(job: BatchJob): Promise<TargetBatch> {
    const id = ++this.#last;
    const { epoch, step } = job;
    return new Promise((resolve, reject) => {
      if (this.#broken !== undefined) return reject(failure({ epoch, step }, this.#broken));
      this.#pending.set(id, { job: { epoch, step }, resolve, reject });
      const [message, buffers] = packJob(job);
      this.#worker.postMessage({ id, job: message } satisfies Request, buffers);
    });
  }

  async close(): Promise<void> {
    if (this.#broken === undefined) this.#worker.postMessage("end" satisfies Request);
    await this.#ended;
  }

  #settle(answer: Answer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if ("batch" in answer) pending?.resolve(unpackBatch(answer.batch));
    else pending?.reject(failure(pending.job, answer.error));
  }

  #break(why: string): void {
    this.#broken ??= why;
    for (const { job, reject } of this.#pending.values()) reject(failure(job, this.#broken));
    this.#pending.clear();
  }
}

function failure({ epoch, step }: Pick<BatchJob, "epoch" | "step">, why: string): FailureError {
  const sentence = why.replace(/\.$/, "");
  return new FailureError(
    `Augmenting batch ${
      step + 1
    } of epoch ${epoch} in a worker thread: ${sentence}; fix that, or use 0 workers to ` +
      `augment in the main thread.`,
  );
}
