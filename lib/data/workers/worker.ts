// The program of an augmentation worker: answers requests in their order until it is asked to end. It ends by
// listening no longer, for which every runtime has the same words.
import { parentPort } from "node:worker_threads";
import { messageOf } from "../../errors.ts";
import { augmentBatch } from "../augment/augment_batch.ts";
import { type Answer, packBatch, type Request, unpackJob } from "./message.ts";

function answer(request: Request): void {
  if (request === "end") {
    parentPort?.off("message", answer);
    return;
  }
  const { id, job } = request;
  try {
    const [batch, buffers] = packBatch(augmentBatch(unpackJob(job)));
    parentPort?.postMessage({ id, batch } satisfies Answer, buffers);
  } catch (error) {
    parentPort?.postMessage({ id, error: messageOf(error) } satisfies Answer);
  }
}

parentPort?.on("message", answer);
