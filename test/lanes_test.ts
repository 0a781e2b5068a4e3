import assert from "node:assert/strict";
import { inLanes } from "../lib/lanes.ts";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

Deno.test("lanes: as many at once as there are, results in the order of the things", async () => {
  let [now, most] = [0, 0];
  const results = await inLanes([30, 5, 20, 1, 10], 2, async (milliseconds) => {
    most = Math.max(most, ++now);
    await pause(milliseconds);
    now--;
    return 2 * milliseconds;
  });
  assert.deepEqual(results, [60, 10, 40, 2, 20]);
  assert.equal(most, 2);
  assert.deepEqual(await inLanes([], 3, pause), []);
});

Deno.test("lanes: a failure ends its lane, the other goes on, and the first is thrown at the end", async () => {
  const done: number[] = [];
  const work = async (one: number) => {
    await pause(one);
    if (one === 1) throw new Error("one is wrong");
    done.push(one);
  };
  await assert.rejects(inLanes([1, 20, 3], 2, work), /^Error: one is wrong$/);
  assert.deepEqual(done, [20, 3]);
});
