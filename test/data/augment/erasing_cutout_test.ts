import assert from "node:assert/strict";
import { cutout } from "../../../lib/data/augment/cutout.ts";
import { drawBox, randomErasing } from "../../../lib/data/augment/random_erasing.ts";
import { CONVMIXER_RECIPE } from "../../../lib/data/augment/recipe.ts";
import { randomStream } from "../../../lib/ops/random.ts";

const SHAPE = [32, 32, 3] as const;
const SETTINGS = CONVMIXER_RECIPE.erasing as NonNullable<typeof CONVMIXER_RECIPE.erasing>;
const MARK = 100;

/** The smallest box around the values that are no longer the mark, and how many there are. */
function changed(image: Float32Array) {
  const rows = new Set<number>();
  const columns = new Set<number>();
  let count = 0;
  image.forEach((value, at) => {
    if (value === MARK) return;
    count++;
    rows.add(Math.floor(at / 96));
    columns.add(Math.floor(at / 3) % 32);
  });
  return { rows, columns, count };
}

Deno.test("random erasing: a full box of normal noise in a quarter of the images, the rest untouched", () => {
  const random = randomStream(1, "test");
  const image = new Float32Array(32 * 32 * 3).fill(MARK);
  let [erased, count, sum, squares] = [0, 0, 0, 0];
  for (let draw = 0; draw < 2000; draw++) {
    const result = randomErasing(image, SHAPE, SETTINGS, random);
    if (result === image) continue;
    erased++;
    const { rows, columns, count: values } = changed(result);
    assert.equal(values, rows.size * columns.size * 3);
    for (const value of result) {
      if (value === MARK) continue;
      count++;
      sum += value;
      squares += value * value;
    }
  }
  assert.ok(Math.abs(erased - 500) < 97, `${erased} erased`); // 5 sd
  assert.ok(Math.abs(sum / count) < 5 / Math.sqrt(count));
  assert.ok(Math.abs(squares / count - 1) < 5 * Math.sqrt(2 / count));
  assert.ok(image.every((value) => value === MARK));
});

Deno.test("random erasing: areas from 2 % to a third, aspects from 0.3 to 1/0.3, both to a rounded pixel", () => {
  const random = randomStream(2, "test");
  const areas: number[] = [];
  for (let draw = 0; draw < 5000; draw++) {
    const box = drawBox(SHAPE, SETTINGS, random);
    assert.ok(box !== undefined);
    const [height, width] = [box.bottom - box.top, box.right - box.left];
    assert.ok(box.top >= 0 && box.left >= 0 && box.bottom <= 32 && box.right <= 32);
    assert.ok(height < 32 && width < 32);
    assert.ok((height + 0.5) * (width + 0.5) >= 0.02 * 1024 && (height - 0.5) * (width - 0.5) <= 1024 / 3);
    assert.ok((height + 0.5) / (width - 0.5) >= 0.3 && (height - 0.5) / (width + 0.5) <= 1 / 0.3);
    areas.push(height * width / 1024);
  }
  const mean = areas.reduce((sum, area) => sum + area, 0) / areas.length;
  // Uniform from 0.02 to 1/3 has mean 0.177; boxes as long as the image are drawn again, which takes some large ones.
  assert.ok(mean > 0.16 && mean < 0.18, `${mean}`);
});

Deno.test("cutout: zeros in a square around any pixel, cut at the edges", () => {
  const random = randomStream(3, "test");
  const image = new Float32Array(32 * 32 * 3).fill(MARK);
  const rowsSeen = new Set<number>();
  for (let draw = 0; draw < 500; draw++) {
    const result = cutout(image, SHAPE, 16, random);
    const { rows, columns, count } = changed(result);
    assert.equal(count, rows.size * columns.size * 3);
    assert.ok(rows.size >= 8 && rows.size <= 16 && columns.size >= 8 && columns.size <= 16);
    assert.ok(result.every((value) => value === MARK || value === 0));
    rows.forEach((row) => rowsSeen.add(row));
  }
  assert.equal(rowsSeen.size, 32);
});
