import assert from "node:assert/strict";
import { assertAllClose } from "../assert_all_close.ts";
import { AUTHORS_CONVMIXER } from "../../lib/experiments/sharing/convmixer_authors.ts";
import { AUTHORS_LOG } from "../../lib/experiments/sharing/convmixer_authors_log.ts";
import { constantSchedule, cosineSchedule, piecewiseLinearSchedule } from "../../lib/learning/schedule.ts";
import { assembleSchedule } from "../../lib/runs/assemble/schedule.ts";

Deno.test("the cosine schedule goes from first to last rate, half-way in the middle, and stays there", () => {
  const schedule = cosineSchedule(1e-2, 1e-6, 100);
  assertAllClose([schedule(0), schedule(50), schedule(100), schedule(200)], [
    1e-2,
    (1e-2 + 1e-6) / 2,
    1e-6,
    1e-6,
  ]);
  for (let step = 1; step <= 100; step++) assert.ok(schedule(step) < schedule(step - 1));
});

Deno.test("the constant schedule is constant", () => {
  assert.equal(constantSchedule(3e-4)(12345), 3e-4);
});

Deno.test("the rates of ConvMixer's authors are those that they log at the end of every epoch", () => {
  const steps = 97;
  const schedule = assembleSchedule(AUTHORS_CONVMIXER, steps);
  const ends = AUTHORS_LOG.map(({ epoch }) => schedule(epoch * steps - 1));
  assert.equal(ends.length, AUTHORS_CONVMIXER.training.epochs);
  const printed = 1e-6; // the log has six digits behind the point
  assertAllClose(ends, AUTHORS_LOG.map(({ learningRate }) => learningRate), { rtol: 0, atol: printed / 2 });
});

Deno.test("a piecewise linear rate takes at each step what its end is given, and stays there", () => {
  const schedule = piecewiseLinearSchedule(2, [[0, 0], [0.25, 1], [0.5, 0.5], [1, 0.5]], 8);
  const rates = [0, 1, 2, 3, 4, 5, 6, 7, 8, 100].map(schedule);
  assertAllClose(rates, [1, 2, 1.5, 1, 1, 1, 1, 1, 1, 1]);
});
