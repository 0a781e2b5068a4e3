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

Deno.test("what a test prints is not counted, even where it is the summary of another runner", () => {
  const lines = [
    "the matrix names the ways that fail ...",
    "------- post-test output -------",
    "FAILED | 0 passed | 1 failed (12ms)",
    "----- post-test output end -----",
    "the matrix names the ways that fail ... ok (373ms)",
    "another ...",
    "------- output -------",
    "ok | 5 passed | 0 failed (3s)",
    "----- output end -----",
    "another ... ok (3s)",
    "ok | 2 passed | 0 failed (1s)",
  ];
  assert.deepEqual(tally([{ status: 0, lines }]), { passed: 2, failed: 0 });
});
