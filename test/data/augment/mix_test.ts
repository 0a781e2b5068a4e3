import assert from "node:assert/strict";
import fc from "fast-check";
import { boxAround } from "../../../lib/data/augment/box.ts";
import { cutmix, cutSize, partOutside } from "../../../lib/data/augment/cutmix.ts";
import { type Mixable, mixBatch, type MixSettings } from "../../../lib/data/augment/mix.ts";
import { mixup } from "../../../lib/data/augment/mixup.ts";
import { normaliser } from "../../../lib/data/augment/normalise.ts";
import { IMAGENET_NORMALISATION } from "../../../lib/data/augment/recipe.ts";
import { smoothedTargets } from "../../../lib/data/augment/targets.ts";
import { randomStream } from "../../../lib/ops/random.ts";
import { assertAllClose } from "../../assert_all_close.ts";

const SHAPE = [32, 32, 3] as const;
const SETTINGS: MixSettings = { mixup: 0.5, cutmix: 0.5, probability: 1, cutmixShare: 0.5 };

Deno.test("cutmix boxes and their corrected parts are timm's", () => {
  // timm/data/mixup.py at commit aa4b5850, cutmix_bbox_and_lam((8, 3, 32, 32), lam), its centre fixed to (cy, cx):
  // [lam, [cy, cx], [top, bottom, left, right], corrected lam].
  const expected: [number, [number, number], [number, number, number, number], number][] = [
    [0.5, [16, 16], [5, 27, 5, 27], 0.52734375],
    [0.1, [0, 31], [0, 15, 16, 32], 0.765625],
    [0.93, [5, 2], [1, 9, 0, 6], 0.953125],
    [0, [10, 20], [0, 26, 4, 32], 0.2890625],
    [0.999, [16, 16], [16, 16, 16, 16], 1],
    [0.37, [31, 0], [19, 32, 0, 12], 0.84765625],
  ];
  for (const [part, centre, [top, bottom, left, right], corrected] of expected) {
    const box = boxAround(SHAPE, centre, cutSize(SHAPE, part));
    assert.deepEqual(box, { top, bottom, left, right });
    assert.equal(partOutside(SHAPE, box), corrected);
  }
});

Deno.test("cutmix: the box comes from the partner, the rest stays", () => {
  const images = Float32Array.from({ length: 3 * 16 }, (_, at) => at);
  const box = { top: 1, bottom: 3, left: 2, right: 4 };
  const result = cutmix(images, 3, [4, 4, 1], box);
  for (let image = 0; image < 3; image++) {
    for (let at = 0; at < 16; at++) {
      const [y, x] = [Math.floor(at / 4), at % 4];
      const inside = y >= 1 && y < 3 && x >= 2;
      assert.equal(result[image * 16 + at], (inside ? 2 - image : image) * 16 + at);
    }
  }
});

Deno.test("mixed and smoothed targets are timm's", () => {
  // numpy 2.3.5 in float32, mixup_target of timm written out: labels 0 1 2 1, lam 0.3, smoothing 0.1.
  const expected = [
    0.3033333420753479,
    0.6633332967758179,
    0.03333333507180214,
    0.03333333507180214,
    0.3033333420753479,
    0.6633332967758179,
    0.03333333507180214,
    0.6633332967758179,
    0.3033333420753479,
    0.6633332967758179,
    0.3033333420753479,
    0.03333333507180214,
  ];
  const targets = smoothedTargets(Uint8Array.of(0, 1, 2, 1), 3, 0.1);
  // numpy rounds after every operation, we once.
  assertAllClose(mixup(targets, 4, 0.3), expected, { rtol: 2e-7 });
});

Deno.test("targets are distributions, and a label beyond the classes is refused", () => {
  const labels = fc.uint8Array({ minLength: 1, maxLength: 20, max: 9 });
  fc.assert(fc.property(labels, fc.double({ min: 0, max: 1, noNaN: true }), (labels, smoothing) => {
    const targets = smoothedTargets(labels, 10, smoothing);
    labels.forEach((_, row) => {
      const sum = targets.subarray(row * 10, row * 10 + 10).reduce((total, value) => total + value, 0);
      // Ten values, each rounded to single precision.
      assertAllClose([sum], [1], { atol: 1e-6 });
    });
  }));
  assert.throws(() => smoothedTargets(Uint8Array.of(99), 10, 0), /label 99, but there are 10 classes/);
});

/** Batch of four 32 x 32 images, each of one value; the target of image i is class i. */
function numbered(): Mixable {
  const images = Float32Array.from({ length: 4 * 3072 }, (_, at) => Math.floor(at / 3072));
  return { images, targets: smoothedTargets(Uint8Array.of(0, 1, 2, 3), 4, 0), size: 4 };
}

Deno.test("a mixed batch: the mean of an image tells its target; cutmix and mixup happen equally often", () => {
  const random = randomStream(1, "test");
  let cuts = 0;
  for (let draw = 0; draw < 400; draw++) {
    const { images, targets, size } = mixBatch(numbered(), SHAPE, SETTINGS, random);
    if (new Set(images.subarray(0, 3072)).size > 1) cuts++;
    for (let row = 0; row < size; row++) {
      const mean = images.subarray(row * 3072, (row + 1) * 3072).reduce((sum, value) => sum + value, 0) /
        3072;
      const expected = [0, 1, 2, 3].reduce(
        (sum, image) => sum + image * (targets[row * 4 + image] as number),
        0,
      );
      // Single precision of the mixed values.
      assertAllClose([mean], [expected], { rtol: 1e-5, atol: 1e-5 });
    }
  }
  // About 1.5 % of the cuts are empty or whole.
  assert.ok(cuts > 140 && cuts < 250, `${cuts} cuts`);
});

Deno.test("probability 0 leaves a batch as it is", () => {
  const batch = numbered();
  assert.equal(mixBatch(batch, SHAPE, { ...SETTINGS, probability: 0 }, randomStream(1, "test")), batch);
});

Deno.test("normalised pixels are torchvision's, bit for bit", () => {
  // numpy 2.3.5 in float32, ToTensor and Normalize written out: (x / 255 - mean) / sd for three pixels.
  const expected = [
    -2.1179039478302,
    -2.018207311630249,
    -1.7695860862731934,
    0.0569397434592247,
    0.20518219470977783,
    0.4439217746257782,
    2.248908281326294,
    2.4110641479492188,
    2.6051416397094727,
  ];
  const normalise = normaliser(IMAGENET_NORMALISATION, 3);
  const bytes = Uint8Array.of(0, 1, 2, 127, 128, 129, 255, 254, 253);
  assert.deepEqual(normalise(bytes), Float32Array.from(expected));
  assert.throws(() => normaliser(IMAGENET_NORMALISATION, 1), /images of 1 channels: 3 means and 3 sds/);
});
