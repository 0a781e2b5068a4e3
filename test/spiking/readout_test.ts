import assert from "node:assert/strict";
import { readOutputs, ShareCounter } from "../../lib/spiking/readout.ts";

const COUNTS = [
  [3, 1, 0, 0], // alone
  [2, 2, 0, 0], // a tie of two
  [1, 1, 1, 0], // of three
  [0, 0, 0, 0], // silent: of all four
];

/** The shares when class c is called order[c] and stands there. */
function sharesOf(order: readonly number[]) {
  const counter = new ShareCounter();
  for (const label of [0, 1, 2, 3]) {
    for (const counts of COUNTS) {
      const renamed = new Float32Array(4);
      counts.forEach((count, index) => renamed[order[index] as number] = count);
      counter.add(renamed, [order[label] as number]);
    }
  }
  return counter.shares();
}

Deno.test("expected accuracy counts a tie of k with the right class as 1 / k", () => {
  const expected = COUNTS.map((counts) => [0, 1, 2, 3].map((label) => readOutputs(counts, label).expected));
  assert.deepEqual(expected, [
    [1, 0, 0, 0],
    [1 / 2, 1 / 2, 0, 0],
    [1 / 3, 1 / 3, 1 / 3, 0],
    Array(4).fill(1 / 4),
  ]);
});

Deno.test("expected accuracy is the same for every order of the classes, where argmax is not", () => {
  const one = new ShareCounter();
  const other = new ShareCounter();
  one.add(new Float32Array([2, 2, 0]), [0]);
  other.add(new Float32Array([2, 2, 0]), [1]);
  assert.deepEqual([one.shares().argmax, other.shares().argmax], [1, 0]);
  assert.deepEqual([one.shares().expected, other.shares().expected], [0.5, 0.5]);
  for (const order of [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]]) {
    assert.ok(Math.abs(sharesOf(order).expected - 4 / 16) < 1e-12);
  }
});

Deno.test("the argmax of what is not finite is no class", () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    for (const at of [0, 1, 2]) {
      const outputs = new Float32Array([1, 2, 3]).with(at, value);
      assert.throws(() => readOutputs(outputs, 0), {
        ...{ name: "DivergenceError", exitCode: 1, what: "output", value: String(value) },
      });
      assert.throws(() => new ShareCounter("SNN's output").add(outputs, [0]), { what: "SNN's output" });
    }
  }
});

Deno.test("an image is silent where no output fires, and right by the tie-inclusive rule; a tie of active outputs is no silence", () => {
  const shares = (rows: number[][], labels: number[]) => {
    const counter = new ShareCounter();
    counter.add(Float32Array.from(rows.flat()), labels);
    return counter.shares();
  };
  const mute = shares([[0, 0], [0, 0]], [0, 1]);
  assert.deepEqual([mute.silent, mute.tieInclusive], [1, 1]);
  assert.equal(shares([[0, 0], [2, 1], [1, 1], [0, 3]], [0, 0, 0, 1]).silent, 0.25);
  assert.equal(shares([[1, 1], [2, 0]], [0, 0]).silent, 0);
});
