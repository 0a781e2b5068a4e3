import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decode } from "fast-png";
import fc from "fast-check";
import type { Interpolation } from "../../../lib/data/augment/image.ts";
import type { Operation } from "../../../lib/data/augment/operation.ts";
import {
  drawOperations,
  randAugment,
  type RandAugmentSettings,
} from "../../../lib/data/augment/rand_augment.ts";
import { CONVMIXER_AUTHORS_RECIPE } from "../../../lib/data/augment/recipe.ts";
import { TIMM_OPERATIONS } from "../../../lib/data/augment/timm_operations.ts";
import { TORCHVISION_OPERATIONS } from "../../../lib/data/augment/torchvision_operations.ts";
import { randomStream } from "../../../lib/ops/random.ts";
import { assertAllClose } from "../../assert_all_close.ts";

type Library = RandAugmentSettings["library"];

interface Case {
  operation: string;
  magnitude: number;
  sign: 1 | -1;
  /** Nearest neighbours where it is not given. */
  interpolation?: Interpolation;
  argument: number | null;
}

const FIXTURES = join(import.meta.dirname as string, "..", "fixtures");
const SHAPE = [32, 32, 3] as const;
const BYTES = 32 * 32 * 3;
const OPERATIONS: Record<Library, Record<string, Operation>> = {
  timm: TIMM_OPERATIONS,
  torchvision: TORCHVISION_OPERATIONS,
};
const FILLS: Record<Library, readonly number[]> = { timm: [124, 116, 104], torchvision: [0, 0, 0] };
const FILL = FILLS.timm;
const M9: RandAugmentSettings = {
  library: "timm",
  magnitude: 9,
  magnitudeSd: 0.5,
  operations: 2,
  probability: 0.5,
  interpolation: "random",
  fill: "mean",
};
const BIN_12 = CONVMIXER_AUTHORS_RECIPE.randAugment as RandAugmentSettings;

const FIXTURE: Record<Library, { cases: Case[]; sheet: Uint8Array }> = {
  timm: fixture("rand_augment"),
  torchvision: fixture("rand_augment_torchvision"),
};
const IMAGE = FIXTURE.timm.sheet.subarray(0, BYTES);

function fixture(name: string): { cases: Case[]; sheet: Uint8Array } {
  const { cases } = JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), "utf8"));
  return { cases, sheet: Uint8Array.from(decode(readFileSync(join(FIXTURES, `${name}.png`))).data) };
}

for (const library of ["timm", "torchvision"] as const) {
  const { cases, sheet } = FIXTURE[library];
  for (const [name, operation] of Object.entries(OPERATIONS[library])) {
    Deno.test(`${name} gives ${library}'s argument and Pillow's bytes`, () => {
      const of = cases.map((example, index) => ({ ...example, index }))
        .filter((example) => example.operation === name);
      assert.ok(of.length > 0);
      for (const { index, magnitude, sign, interpolation = "nearest", argument } of of) {
        const own = operation.argument(magnitude, sign, SHAPE);
        if (argument !== null) assertAllClose([own], [argument], { rtol: 1e-15, atol: 0 });
        const result = operation.apply(IMAGE, SHAPE, own, { interpolation, fill: FILLS[library] });
        const expected = sheet.subarray((index + 1) * BYTES, (index + 2) * BYTES);
        const different = result.filter((byte, at) => byte !== expected[at]).length;
        const what = `${name} at ${magnitude}, ${sign}, ${interpolation}`;
        assert.equal(different, 0, `${what}: ${different} bytes differ`);
      }
    });
  }
  Deno.test(`the fixtures cover all operations of ${library}`, () => {
    const names = Object.keys(OPERATIONS[library]);
    assert.deepEqual(new Set(cases.map(({ operation }) => operation)), new Set(names));
    assert.equal(names.length, { timm: 15, torchvision: 14 }[library]);
  });
}

Deno.test("operations are drawn evenly, each done in half of the cases, magnitudes about 9 with sd 0.5", () => {
  const random = randomStream(11, "test");
  const counts = new Map<Operation, number>();
  const angles: number[] = [];
  let done = 0;
  for (let image = 0; image < 30_000; image++) {
    for (const { operation, argument } of drawOperations(M9, SHAPE, random)) {
      done++;
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
      if (operation === TIMM_OPERATIONS.Rotate) angles.push(argument / 30 * 10);
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

Deno.test("torchvision's operations are drawn evenly, all are done, at one magnitude, half of the signed ones each way", () => {
  const random = randomStream(12, "test");
  const drawn = Array.from({ length: 30_000 }, () => drawOperations(BIN_12, SHAPE, random)).flat();
  assert.equal(drawn.length, 60_000);
  const counts = Map.groupBy(drawn, ({ operation }) => operation);
  assert.equal(counts.size, 14);
  // 4,286 of each operation: sd 63. Five sd.
  for (const { length } of counts.values()) {
    assert.ok(Math.abs(length - 60_000 / 14) < 315, `${length} of one kind`);
  }
  const angles = counts.get(TORCHVISION_OPERATIONS.Rotate)?.map(({ argument }) => argument) ?? [];
  assert.deepEqual(new Set(angles), new Set([12, -12]));
  const positive = angles.filter((angle) => angle > 0).length / angles.length;
  assert.ok(Math.abs(positive - 0.5) < 0.04, `${positive} of the angles are positive`); // five sd
});

Deno.test("the same stream gives the same image, the given image stays", () => {
  const settings = fc.constantFrom(M9, BIN_12);
  const bytes = fc.uint8Array({ minLength: BYTES, maxLength: BYTES });
  fc.assert(
    fc.property(fc.integer(), settings, bytes, (seed, settings, image) => {
      const before = image.slice();
      const once = randAugment(image, SHAPE, settings, FILL, randomStream(seed, "test"));
      assert.deepEqual(randAugment(image, SHAPE, settings, FILL, randomStream(seed, "test")), once);
      assert.deepEqual(image, before);
      assert.equal(once.length, BYTES);
    }),
    { numRuns: 50 },
  );
});

const EVERY: readonly Operation[] = Object.values(OPERATIONS).flatMap((operations) =>
  Object.values(operations)
);

Deno.test("no operation changes the image it is given, be it a Buffer", () => {
  const image = Buffer.from(IMAGE);
  for (const operation of EVERY) {
    const sampling = { interpolation: "bicubic", fill: FILL } as const;
    const result = operation.apply(image, SHAPE, operation.argument(9, 1, SHAPE), sampling);
    assert.deepEqual(Uint8Array.from(image), Uint8Array.from(IMAGE));
    result.fill(1);
    assert.deepEqual(Uint8Array.from(image), Uint8Array.from(IMAGE), "the result lies where the image does");
  }
});

Deno.test("at argument zero geometry changes nothing", () => {
  for (const { ShearX, ShearY, Rotate, ...others } of Object.values(OPERATIONS)) {
    const moves = Object.entries(others).filter(([name]) => name.startsWith("Translate"));
    assert.equal(moves.length, 2);
    for (const operation of [ShearX, ShearY, Rotate, ...moves.map(([, operation]) => operation)]) {
      for (const interpolation of ["nearest", "bilinear", "bicubic"] as const) {
        assert.deepEqual(operation?.apply(IMAGE, SHAPE, 0, { interpolation, fill: FILL }), IMAGE.slice());
      }
    }
  }
});

Deno.test("an image of one colour survives equalize and auto-contrast, and one grey channel works", () => {
  const flat = new Uint8Array(64).fill(7);
  const shape = [8, 8, 1] as const;
  const sampling = { interpolation: "bicubic", fill: [0] } as const;
  for (const name of ["Equalize", "AutoContrast"] as const) {
    assert.deepEqual((TIMM_OPERATIONS[name] as Operation).apply(flat, shape, 0, sampling), flat);
  }
  for (const operation of EVERY) {
    assert.equal(operation.apply(flat, shape, operation.argument(9, 1, shape), sampling).length, 64);
  }
});
