import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fashionInputs } from "../../bench/inputs/fashion.ts";
import { withScratchFolder } from "../../bench/scratch.ts";
import { type Request, Side } from "../../bench/side.ts";
import { type FashionSpec, resize, SPECS } from "../../bench/spec.ts";
import { FailureError } from "../../lib/errors.ts";
import { packSafetensors } from "../../lib/ops/safetensors.ts";

const spec = resize(SPECS[0] as FashionSpec, { width: 1 / 32, batch: 2 }) as FashionSpec;

function request(inputs: string): Request {
  return { ...spec, peer: "weightshare", threads: 1, inputs };
}

Deno.test("a side does steps in a process of its own and gives the same result each time", async () => {
  await withScratchFolder(async (folder) => {
    const inputs = join(folder, "inputs");
    writeFileSync(inputs, packSafetensors(fashionInputs(spec)));
    const side = await Side.start({ computer: "weightshare" }, request(inputs));
    const steps = [await side.step(), await side.step()];
    await side.stop();
    assert.equal(steps[0]?.value, steps[1]?.value);
    for (const { milliseconds, peakMemory, residentMemory } of steps) {
      assert.ok(milliseconds > 0);
      assert.ok(peakMemory >= residentMemory && residentMemory > side.ready.baselineMemory / 2);
    }
  });
});

Deno.test("a side that ends early is an error that quotes it", async () => {
  await assert.rejects(
    Side.start({ computer: "weightshare" }, request("no-such-file")),
    (error) => error instanceof FailureError && /ended early[^]*no-such-file/.test(error.message),
  );
});
