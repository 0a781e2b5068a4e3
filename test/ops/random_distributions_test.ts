import assert from "node:assert/strict";
import { randomStream } from "../../lib/ops/random.ts";
import { randomBeta, randomChance, randomNormal, randomNumber } from "../../lib/ops/random_distributions.ts";

const COUNT = 40_000;

function draws(draw: () => number): number[] {
  return Array.from({ length: COUNT }, draw);
}

function moment(values: number[], power: number, about = 0): number {
  return values.reduce((sum, value) => sum + (value - about) ** power, 0) / values.length;
}

/** Within five standard errors. */
function assertNear(found: number, expected: number, sd: number): void {
  assert.ok(Math.abs(found - expected) < 5 * sd / Math.sqrt(COUNT), `${found}, expected ${expected}`);
}

Deno.test("normal numbers: the first four moments and the share beyond two sd", () => {
  const stream = randomStream(1, "normal");
  const values = draws(() => randomNormal(stream));
  assertNear(moment(values, 1), 0, 1);
  assertNear(moment(values, 2), 1, Math.sqrt(2));
  assertNear(moment(values, 3), 0, Math.sqrt(15));
  assertNear(moment(values, 4), 3, Math.sqrt(96));
  const beyond = values.filter((value) => Math.abs(value) > 2).length / COUNT;
  assertNear(beyond, 0.0455, Math.sqrt(0.0455 * 0.9545));
});

Deno.test("beta numbers: mean 1/2, variance 1 / (8 alpha + 4), the arcsine law at alpha 1/2", () => {
  for (const alpha of [0.2, 0.5, 1, 2]) {
    const stream = randomStream(2, "beta", alpha);
    const values = draws(() => randomBeta(stream, alpha));
    assert.ok(values.every((value) => value >= 0 && value <= 1));
    const variance = 1 / (8 * alpha + 4);
    assertNear(moment(values, 1), 0.5, Math.sqrt(variance));
    assertNear(moment(values, 2, 0.5), variance, variance * 1.5);
    if (alpha !== 0.5) continue;
    const below = values.filter((value) => value < 0.1).length / COUNT;
    assertNear(below, 2 / Math.PI * Math.asin(Math.sqrt(0.1)), 0.41);
  }
});

Deno.test("a beta parameter that is not positive is refused", () => {
  for (const alpha of [0, -1, NaN]) {
    assert.throws(() => randomBeta(randomStream(2, "beta"), alpha), /must be greater than 0/);
  }
});

Deno.test("numbers stay in their range, chances happen as often as they should", () => {
  const stream = randomStream(3, "number");
  const values = draws(() => randomNumber(stream, -2, 4));
  assert.ok(values.every((value) => value >= -2 && value < 4));
  assertNear(moment(values, 1), 1, 6 / Math.sqrt(12));
  assertNear(draws(() => Number(randomChance(stream, 0.25))).reduce((a, b) => a + b) / COUNT, 0.25, 0.44);
  assert.ok(draws(() => Number(randomChance(stream, 0))).every((value) => value === 0));
  assert.ok(draws(() => Number(randomChance(stream, 1))).every((value) => value === 1));
});
