import assert from "node:assert/strict";
import { randomInt, randomOrder, randomStream, randomUniform } from "../../lib/ops/random.ts";

Deno.test("a stream depends on seed and purpose, and on nothing else", () => {
  const first = (...purpose: (string | number)[]) =>
    randomUniform(randomStream(1, ...purpose), 3, 0, 1).join();
  assert.equal(first("shuffle", 1), first("shuffle", 1));
  const others = [
    first("shuffle", 2),
    first("augmentation", 1),
    randomUniform(randomStream(2, "shuffle", 1), 3, 0, 1).join(),
  ];
  for (const other of others) assert.notEqual(first("shuffle", 1), other);
});

Deno.test("a random order is a permutation, and every place is as likely", () => {
  const places = new Array(5).fill(0);
  for (let seed = 1; seed <= 2000; seed++) {
    const order = Array.from(randomOrder(randomStream(seed, "order"), 5));
    assert.deepEqual([...order].sort(), [0, 1, 2, 3, 4]);
    places[order.indexOf(0)]++;
  }
  for (const count of places) assert.ok(Math.abs(count - 400) < 4 * Math.sqrt(320), `${places}`); // 4 sd
});

Deno.test("integers include both ends; uniforms stay within theirs", () => {
  const stream = randomStream(3, "ends");
  const seen = new Set(Array.from({ length: 200 }, () => randomInt(stream, -1, 1)));
  assert.deepEqual([...seen].sort(), [-1, 0, 1]);
  const values = randomUniform(stream, 10_000, -2, 3);
  assert.ok(values.every((value) => value >= -2 && value <= 3));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  assert.ok(Math.abs(mean - 0.5) < 4 * 5 / Math.sqrt(12 * 10_000), String(mean)); // 4 standard errors
});
