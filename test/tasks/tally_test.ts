import assert from "node:assert/strict";
import { tally } from "../../tasks/tally.ts";

Deno.test("the gate counts what the test runner sums up, and a task that fails otherwise as one failure", () => {
  const passed = {
    status: 0,
    lines: ["Checked 3 files", "ok | 488 passed (12 steps) | 0 failed | 1 ignored (5m34s)"],
  };
  const failed = {
    status: 1,
    lines: ["x ... FAILED (2s)", "FAILED | 4 passed | 2 failed (3s)", "error: Test failed"],
  };
  const notes = { status: 0, lines: ["all 40 checks | passed"] };
  const broken = { status: 1, lines: ["error: Found 1 not formatted file in 300 files"] };
  const killed = { status: null, lines: [] };
  assert.deepEqual(tally([passed, notes]), { passed: 488, failed: 0 });
  assert.deepEqual(tally([failed, notes]), { passed: 4, failed: 2 });
  assert.deepEqual(tally([passed, broken]), { passed: 488, failed: 1 });
  assert.deepEqual(tally([broken, killed]), { passed: 0, failed: 2 });
});
