import assert from "node:assert/strict";
import { assertAllClose } from "../assert_all_close.ts";
import { constantSchedule, cosineSchedule } from "../../lib/learning/schedule.ts";

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
