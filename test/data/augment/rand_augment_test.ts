import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decode } from "fast-png";
import fc from "fast-check";
import type { Interpolation } from "../../../lib/data/augment/image.ts";
import { type Operation, type OperationName, OPERATIONS } from "../../../lib/data/augment/operations.ts";
import {
  drawOperations,
  randAugment,
  type RandAugmentSettings,
} from "../../../lib/data/augment/rand_augment.ts";
import { randomStream } from "../../../lib/ops/random.ts";
import { assertAllClose } from "../../assert_all_close.ts";

interface Case {
  operation: OperationName;
  magnitude: number;
  sign: 1 | -1;
  interpolation: Interpolation;
  argument: number | null;
}

const FIXTURES = join(import.meta.dirname as string, "..", "fixtures");
const SHAPE = [32, 32, 3] as const;
const BYTES = 32 * 32 * 3;
const FILL = [124, 116, 104];
const M9: RandAugmentSettings = {
  magnitude: 9,
  magnitudeSd: 0.5,
  operations: 2,
  probability: 0.5,
  interpolation: "random",
};

const { cases } = JSON.parse(readFileSync(join(FIXTURES, "rand_augment.json"), "utf8")) as { cases: Case[] };
const sheet = Uint8Array.from(decode(readFileSync(join(FIXTURES, "rand_augment.png"))).data);
const IMAGE = sheet.subarray(0, BYTES);

for (const name of Object.keys(OPERATIONS) as OperationName[]) {
  Deno.test(`${name} gives timm's argument and Pillow's bytes`, () => {
    const of = cases.map((example, index) => ({ ...example, index })).filter(({ operation }) =>
      operation === name
    );
    assert.ok(of.length > 0);
    for (const { index, magnitude, sign, interpolation, argument } of of) {
      const operation: Operation = OPERATIONS[name];
      const own = operation.argument(magnitude, sign);
      if (argument !== null) assertAllClose([own], [argument], { rtol: 1e-15, atol: 0 });
      const result = operation.apply(IMAGE, SHAPE, own, { interpolation, fill: FILL });
      const expected = sheet.subarray((index + 1) * BYTES, (index + 2) * BYTES);
      const different = result.filter((byte, at) => byte !== expected[at]).length;
      assert.equal(
        different,
        0,
        `${name} at ${magnitude}, ${sign}, ${interpolation}: ${different} bytes differ`,
      );
    }
  });
}

Deno.test("the fixtures cover all fifteen operations", () => {
  assert.deepEqual(
    new Set(cases.map(({ operation }) => operation)),
    new Set(Object.keys(OPERATIONS)),
  );
  assert.equal(Object.keys(OPERATIONS).length, 15);
});

Deno.test("operations are drawn evenly, each done in half of the cases, magnitudes about 9 with sd 0.5", () => {
  const random = randomStream(11, "test");
  const counts = new Map<Operation, number>();
  const angles: number[] = [];
  let done = 0;
  for (let image = 0; image < 30_000; image++) {
    for (const { operation, argument } of drawOperations(M9, random)) {
      done++;
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
      if (operation === OPERATIONS.Rotate) angles.push(argument / 30 * 10);
    }
  }
  // 60,000 draws at 0.5: sd 122; 2,000 of each operation: sd 44. Five sd.
  assert.ok(Math.abs(done - 30_000) < 612, `${done} done`);
  assert.equal(counts.size, 15);
  for (const count of counts.values()) assert.ok(Math.abs(count - done / 15) < 220, `${count} of one kind`);
  const magnitudes = angles.map(Math.abs);
  const mean = magnitudes.reduce((sum, value) => sum + value, 0) / magnitudes.length;
  const sd = Math.sqrt(magnitudes.reduce((sum, value) => sum + (value - mean) ** 2, 0) / magnitudes.length);
  // The upper 2.3 % are clipped at 10, which takes 0.004 off the mean and 0.01 off the sd.
  assertAllClose([mean, sd], [8.996, 0.49], { rtol: 0, atol: 0.05 });
  assert.ok(Math.max(...magnitudes) === 10);
  const positive = angles.filter((angle) => angle > 0).length / angles.length;
  assert.ok(Math.abs(positive - 0.5) < 0.06, `${positive} of the angles are positive`);
});

Deno.test("the same stream gives the same image, the given image stays", () => {
  fc.assert(
    fc.property(fc.integer(), fc.uint8Array({ minLength: BYTES, maxLength: BYTES }), (seed, image) => {
      const before = image.slice();
      const once = randAugment(image, SHAPE, M9, FILL, randomStream(seed, "test"));
      assert.deepEqual(randAugment(image, SHAPE, M9, FILL, randomStream(seed, "test")), once);
      assert.deepEqual(image, before);
      assert.equal(once.length, BYTES);
    }),
    { numRuns: 50 },
  );
});

Deno.test("no operation changes the image it is given, be it a Buffer", () => {
  const image = Buffer.from(IMAGE);
  for (const operation of Object.values(OPERATIONS) as Operation[]) {
    operation.apply(image, SHAPE, operation.argument(9, 1), { interpolation: "bicubic", fill: FILL });
    assert.deepEqual(Uint8Array.from(image), Uint8Array.from(IMAGE));
  }
});

Deno.test("at argument zero geometry changes nothing", () => {
  for (const name of ["Rotate", "ShearX", "ShearY", "TranslateXRel", "TranslateYRel"] as const) {
    for (const interpolation of ["bilinear", "bicubic"] as const) {
      assert.deepEqual(OPERATIONS[name].apply(IMAGE, SHAPE, 0, { interpolation, fill: FILL }), IMAGE.slice());
    }
  }
});

Deno.test("an image of one colour survives equalize and auto-contrast, and one grey channel works", () => {
  const flat = new Uint8Array(64).fill(7);
  const sampling = { interpolation: "bicubic", fill: [0] } as const;
  for (const name of ["Equalize", "AutoContrast"] as const) {
    assert.deepEqual((OPERATIONS[name] as Operation).apply(flat, [8, 8, 1], 0, sampling), flat);
  }
  for (const operation of Object.values(OPERATIONS) as Operation[]) {
    assert.equal(operation.apply(flat, [8, 8, 1], operation.argument(9, 1), sampling).length, 64);
  }
});
