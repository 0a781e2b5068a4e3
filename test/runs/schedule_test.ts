import assert from "node:assert/strict";
import {
  asTasks,
  enoughCores,
  makespan,
  makespanCurve,
  tails,
  TASK_START,
  type Work,
} from "../../lib/runs/schedule.ts";

const works = (...seconds: number[]): Work[] => seconds.map((one) => ({ seconds: one, after: [] }));

Deno.test("one core takes the sum, enough cores the longest chain, and no number takes less", () => {
  const chained: Work[] = [...works(3, 5, 2), { seconds: 4, after: [1] }];
  assert.deepEqual(tails(chained), [3, 9, 2, 4]);
  assert.equal(makespan(chained, 1), 14);
  assert.deepEqual([2, 3, 100].map((cores) => makespan(chained, cores)), [9, 9, 9]);
  assert.deepEqual(enoughCores(chained), { cores: 2, seconds: 9 });
});

Deno.test("the longest goes first: in the order of the list two cores would take 6", () => {
  assert.equal(makespan(works(1, 1, 1, 3), 2), 3);
});

Deno.test("a work begins when what it waits for has ended, also where that one is alone", () => {
  assert.equal(makespan([{ seconds: 1, after: [1] }, { seconds: 5, after: [] }], 8), 6);
  assert.equal(makespan([], 3), 0);
  assert.equal(makespan(works(0, 0), 1), 0);
});

Deno.test("a plan of a thousand runs on thousands of cores: the curve falls to where more cores stop helping", () => {
  const many = works(...Array.from({ length: 1000 }, (_, index) => 1 + index % 7));
  const curve = makespanCurve(many);
  assert.deepEqual(curve.map(({ cores }) => cores).slice(0, 4), [1, 2, 4, 8]);
  const seconds = curve.map((point) => point.seconds);
  assert.deepEqual(seconds, seconds.toSorted((a, b) => b - a));
  assert.equal(curve.at(-1)?.seconds, 7);
  assert.equal(makespan(many, 4096), 7);
  assert.ok(makespan(many, (curve.at(-1)?.cores as number) - 1) > 7);
});

Deno.test("as tasks of a scheduler works take their start longer, and what is done takes nothing", () => {
  const tasks = asTasks([{ seconds: 5, after: [] }, { seconds: 0, after: [0] }]);
  assert.deepEqual(tasks, [{ seconds: 5 + TASK_START, after: [] }, { seconds: 0, after: [0] }]);
  assert.deepEqual(asTasks([{ seconds: NaN, after: [] }]), [{ seconds: NaN, after: [] }], "unknown stays so");
});
