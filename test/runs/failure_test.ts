import assert from "node:assert/strict";
import { join } from "node:path";
import { FailureError, InterruptedError } from "../../lib/errors.ts";
import { failureOf, notingFailure } from "../../lib/runs/failure.ts";
import type { RunPaths } from "../../lib/runs/store.ts";
import { inFolder } from "./training_process.ts";

Deno.test("a run that failed says why until it is tried again; one that was stopped has not failed", async () => {
  await inFolder(async (folder) => {
    const paths = { failure: join(folder, "work", "x.failed") } as RunPaths;
    const fail = () => Promise.reject(new FailureError("Writing here: no space."));
    await assert.rejects(notingFailure(paths, fail), FailureError);
    assert.equal(failureOf(paths), "Writing here: no space.");
    const stop = () => Promise.reject(new InterruptedError("Stopped."));
    await assert.rejects(notingFailure(paths, stop), InterruptedError);
    assert.equal(failureOf(paths), undefined);
  });
});
