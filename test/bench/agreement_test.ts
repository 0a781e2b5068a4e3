import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { agreementOf, compareSpikes } from "../../bench/agreement.ts";
import { withScratchFolder } from "../../bench/scratch.ts";
import { FailureError } from "../../lib/errors.ts";
import { packSafetensors } from "../../lib/ops/safetensors.ts";

Deno.test("agreement counts neurons that fire equally often, over all images and in the middle one", () => {
  const shape = [3, 2];
  const ours = { shape, values: Float32Array.of(0, 3, 2, 1, 5, 5) };
  const theirs = { shape, values: Float32Array.of(0, 3, 2, 2, 4, 4) };
  const found = agreementOf(ours, theirs, 10);
  assert.deepEqual(found, { neurons: 6, rate: 16 / 60, equalCounts: 0.5, medianImage: 0.5 });
});

const IMAGES = 5;
const NEURONS = 200;
const counts = Float32Array.from({ length: IMAGES * NEURONS }, (_, index) => index % 5);

/** The counts with some changed in every image from the first to the last one given. */
function changed(perImage: number, lastImage: number): Float32Array {
  return counts.map((count, index) =>
    index % NEURONS < perImage && index < lastImage * NEURONS ? count + 1 : count
  );
}

Deno.test("flips in few images are accepted, differences in all of them or in too many neurons are not", async () => {
  await withScratchFolder((folder) => {
    const compare = (values: Float32Array, shape = [IMAGES, NEURONS]) => {
      const [ours, theirs] = [join(folder, "ours"), join(folder, "theirs")] as const;
      writeFileSync(
        ours,
        packSafetensors(new Map([["conv1", { shape: [IMAGES, NEURONS], values: counts }]])),
      );
      writeFileSync(theirs, packSafetensors(new Map([["conv1", { shape, values }]])));
      return compareSpikes(ours, theirs, 15, "peer")["conv1"];
    };
    const refused = (words: RegExp) => (error: unknown) =>
      error instanceof FailureError && words.test(error.message);
    assert.equal(compare(changed(8, 1))?.equalCounts, 1 - 8 / (IMAGES * NEURONS));
    assert.throws(() => compare(changed(3, IMAGES)), refused(/only 98\.50 % of the neurons of conv1/));
    assert.throws(() => compare(changed(12, 1)), refused(/only 98\.80 % of the neurons of all layers/));
    assert.throws(() => compare(counts, [NEURONS, IMAGES]), refused(/not the same neurons/));
    return Promise.resolve();
  });
});
