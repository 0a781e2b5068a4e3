import assert from "node:assert/strict";
import { logTicks } from "../../lib/report/log_ticks.ts";

/** The words of the ticks between the least and the greatest value. */
function shown(values: number[]): string[] {
  const { tickvals = [], ticktext = [] } = logTicks(values);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return (ticktext as string[]).filter((_, at) => {
    const value = (tickvals as number[])[at] as number;
    return value >= least && value <= most;
  });
}

Deno.test("a logarithmic axis has 1, 2, 5, 10, ... where they are few, and powers of ten where they are many", () => {
  assert.deepEqual(shown([10e3, 120e3]), ["10k", "20k", "50k", "100k"]);
  assert.deepEqual(shown([0.02, 5e3]), ["0.1", "1", "10", "100", "1k"]);
});

Deno.test("within less than a decade it has round numbers, so that a value can be read", () => {
  assert.deepEqual(shown([1_216_600, 1_225_824]), ["1.218M", "1.22M", "1.222M", "1.224M"]);
  assert.deepEqual(shown([11_786, 12_034]), ["11.8k", "11.9k", "12k"]);
});

Deno.test("over any number of decades its ticks are three to nine, and none is written as another", () => {
  for (let decades = 0.02; decades < 80; decades *= 1.3) {
    for (const least of [3e-9, 0.07, 1, 47_321]) {
      const words = shown([least, least * 10 ** decades]);
      assert.ok(words.length >= 3 && words.length <= 9, `${decades} decades from ${least}: ${words}`);
      assert.equal(new Set(words).size, words.length, words.join(" "));
    }
  }
});

Deno.test("far powers of ten are written as powers; what is not above zero has no place", () => {
  assert.deepEqual(shown([1e-2, 1e40]).slice(-1), ["10<sup>40</sup>"]);
  assert.deepEqual(logTicks([0, -1, NaN, Infinity]), {});
});
