import assert from "node:assert/strict";
import { lowest, memoryCampaign } from "../../tasks/campaign/memory.ts";

/** Fifty epochs of 700 MiB, some with garbage that nobody has collected yet, growing by `leak` MiB an epoch. */
function samples(leak: number): number[] {
  return Array.from(
    { length: 50 },
    (_, epoch) => 700 + leak * epoch + (epoch % 3 === 0 ? 0 : 7 * (epoch % 7)),
  );
}

function growth(of: number[]): number {
  return lowest(of, 4) / lowest(of, 1) - 1;
}

Deno.test("memory's growth: garbage is none, a leak of a MiB an epoch is one, what is no number is not below any bound", () => {
  assert(Math.abs(growth(samples(0))) < 1e-3);
  assert(growth(samples(1)) > 0.02);
  assert(Number.isNaN(growth([...samples(0).slice(0, 45), NaN, ...samples(0).slice(46)])));
});

Deno.test("memory's campaign: a training that diverges is a failure, not memory told for too few epochs", async () => {
  const diverging = { experiment: "fashion-mnist-learning-rules", row: "ann", set: ["learningRate=1e30"] };
  await assert.rejects(memoryCampaign({ seed: 1, tries: 50 }, [diverging]), /ann: it ended with 1/);
});
