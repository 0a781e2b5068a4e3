import assert from "node:assert/strict";
import { measureInTurns, median, type Steppable } from "../../bench/measure.ts";

Deno.test("the median is the middle value, of an even number the mean of the middle two", () => {
  assert.equal(median([3]), 3);
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([8, 1, 2, 100]), 5);
  assert.throws(() => median([]), /no median/);
});

/** A side whose steps take the given times; it notes when it was asked. */
function scripted(name: string, times: number[], asked: string[]): Steppable {
  return {
    name,
    ready: { versions: `${name} 1.0`, baselineMemory: 10 },
    step() {
      asked.push(name);
      const milliseconds = times.shift() as number;
      return Promise.resolve({ milliseconds, value: milliseconds, peakMemory: 40, residentMemory: 30 });
    },
  };
}

Deno.test("sides take turns, the first one alternates, and warm-ups do not count", async () => {
  const asked: string[] = [];
  const ours = scripted("ours", [999, 999, 2, 4, 3], asked);
  const theirs = scripted("theirs", [999, 999, 10, 30, 20], asked);
  const [we, they] = await measureInTurns([ours, theirs], 50, 3);
  assert.equal(asked.join(" "), "ours theirs theirs ours ours theirs theirs ours ours theirs");
  assert.deepEqual(we, {
    versions: "ours 1.0",
    milliseconds: 3,
    range: [2, 4],
    imagesPerSecond: 1000 * 50 / 3,
    peakMemory: 40,
    baselineMemory: 10,
    value: 999,
  });
  assert.deepEqual([they?.milliseconds, they?.range], [20, [10, 30]]);
});

Deno.test("what a step gives is a number: two sides that diverge do not agree", async () => {
  for (const value of [NaN, Infinity, null]) {
    const step = { milliseconds: 1, value: value as number, peakMemory: 40, residentMemory: 30 };
    const sides = ["ours", "theirs"].map((name) => ({
      ...scripted(name, [], []),
      step: () => Promise.resolve(step),
    }));
    await assert.rejects(
      measureInTurns(sides, 50, 3),
      new RegExp(
        `^FailureError: Benchmarking ours: a step gives ${value} where a loss or a number of spikes is due; .*\\.$`,
      ),
    );
  }
});
