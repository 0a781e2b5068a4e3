import type { BatchJob, TargetBatch } from "../augment/augment_batch.ts";

/** What a worker is asked: a batch, or to end. */
export type Request = { id: number; job: BatchJob } | "end";

/** What a worker answers. */
export type Answer = { id: number; batch: TargetBatch } | { id: number; error: string };
