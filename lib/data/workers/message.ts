import type { BatchJob, TargetBatch } from "../augment/augment_batch.ts";

// Arrays travel as bare buffers that are handed over: Deno walks through every entry of a typed array that is posted
// between node:worker_threads (60 ms for a batch of 128 images), but not through a buffer.

type JobArrays = Record<"images" | "labels" | "indices", ArrayBuffer>;
type BatchArrays = Record<"images" | "labels" | "targets", ArrayBuffer>;

/** A job as it is posted. */
export type JobMessage = Omit<BatchJob, keyof JobArrays> & JobArrays;

/** A batch as it is posted. */
export type BatchMessage = Omit<TargetBatch, keyof BatchArrays> & BatchArrays;

/** What a worker is asked: a batch, or to end. */
export type Request = { id: number; job: JobMessage } | "end";

/** What a worker answers. */
export type Answer = { id: number; batch: BatchMessage } | { id: number; error: string };

/** A job as a message, and the buffers that are handed over with it. */
export function packJob(job: BatchJob): [JobMessage, ArrayBuffer[]] {
  const arrays = { images: whole(job.images), labels: whole(job.labels), indices: whole(job.indices) };
  return [{ ...job, ...arrays }, Object.values(arrays)];
}

export function unpackJob(job: JobMessage): BatchJob {
  return {
    ...job,
    images: new Uint8Array(job.images),
    labels: new Uint8Array(job.labels),
    indices: new Uint32Array(job.indices),
  };
}

/** A batch as a message, and the buffers that are handed over with it. */
export function packBatch(batch: TargetBatch): [BatchMessage, ArrayBuffer[]] {
  const arrays = { images: whole(batch.images), labels: whole(batch.labels), targets: whole(batch.targets) };
  return [{ ...batch, ...arrays }, Object.values(arrays)];
}

export function unpackBatch(batch: BatchMessage): TargetBatch {
  return {
    ...batch,
    images: new Float32Array(batch.images),
    labels: new Uint8Array(batch.labels),
    targets: new Float32Array(batch.targets),
  };
}

/** A buffer with the values of the array and no others. */
function whole(array: Uint8Array | Uint32Array | Float32Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = array;
  const own = byteLength === buffer.byteLength
    ? buffer
    : new Uint8Array(buffer, byteOffset, byteLength).slice().buffer;
  return own as ArrayBuffer;
}
