import assert from "node:assert/strict";
import fc from "fast-check";
import { flip, randomFlip } from "../../../lib/data/augment/flip.ts";
import type { ImageShape } from "../../../lib/data/augment/image.ts";
import { crop, randomCrop } from "../../../lib/data/augment/random_crop.ts";
import { randomStream } from "../../../lib/ops/random.ts";

const image = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }), fc.constantFrom(1, 3))
  .chain(([height, width, channels]) => {
    const length = height * width * channels;
    return fc.record({
      shape: fc.constant<ImageShape>([height, width, channels]),
      pixels: fc.uint8Array({ minLength: length, maxLength: length }),
    });
  });

Deno.test("crop: every pixel comes from its place in the padded image", () => {
  const shift = fc.integer({ min: -9, max: 9 });
  fc.assert(fc.property(image, shift, shift, ({ shape, pixels }, down, right) => {
    const [height, width, channels] = shape;
    const result = crop(pixels, shape, down, right);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const inside = y + down >= 0 && y + down < height && x + right >= 0 && x + right < width;
        for (let channel = 0; channel < channels; channel++) {
          const from = ((y + down) * width + x + right) * channels + channel;
          assert.equal(result[(y * width + x) * channels + channel], inside ? pixels[from] : 0);
        }
      }
    }
  }));
});

Deno.test("random crop with padding 4 reaches all 81 windows about equally often", () => {
  const shape = [9, 9, 1] as const;
  const pixels = Uint8Array.from({ length: 81 }, (_, index) => index + 1);
  const random = randomStream(1, "test");
  const counts = new Map<number, number>();
  for (let draw = 0; draw < 8100; draw++) {
    const middle = randomCrop(pixels, shape, 4, random)[40] as number;
    counts.set(middle, (counts.get(middle) ?? 0) + 1);
  }
  assert.equal(counts.size, 81);
  for (const count of counts.values()) assert.ok(Math.abs(count - 100) < 50, `${count}`); // 5 sd
});

Deno.test("flip: columns are reversed, twice is nothing", () => {
  fc.assert(fc.property(image, ({ shape, pixels }) => {
    assert.deepEqual(flip(flip(pixels, shape), shape), pixels.slice());
  }));
  assert.deepEqual(
    flip(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), [2, 2, 3]),
    Uint8Array.of(4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9),
  );
});

Deno.test("random flip happens with its probability", () => {
  const random = randomStream(2, "test");
  const flips = Array.from(
    { length: 4000 },
    () => randomFlip(Uint8Array.of(1, 2), [1, 2, 1], 0.5, random)[0] === 2,
  );
  assert.ok(Math.abs(flips.filter(Boolean).length - 2000) < 160); // 5 sd
  assert.deepEqual(randomFlip(Uint8Array.of(1, 2), [1, 2, 1], 0, random), Uint8Array.of(1, 2));
  assert.deepEqual(randomFlip(Uint8Array.of(1, 2), [1, 2, 1], 1, random), Uint8Array.of(2, 1));
});
