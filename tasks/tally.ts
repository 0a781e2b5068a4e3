/** How a task of the gate ended. */
export interface Ended {
  task: string;
  /** Its exit code, or null where it could not be run or was killed. */
  status: number | null;
  lines: string[];
  seconds: number;
}

/**
 * Tests that passed and failed, as their runner sums them up; a task that failed without a failed test counts as one. What a test
 * prints is no summary, though it ran the runner itself.
 */
export function tally(ended: readonly Pick<Ended, "status" | "lines">[]): { passed: number; failed: number } {
  const sum = { passed: 0, failed: 0 };
  for (const { status, lines } of ended) {
    const summaries = outsideOfTests(lines).flatMap((line) => {
      const [, passed, failed] = /^(?:ok|FAILED) \| (\d+) passed.* \| (\d+) failed/.exec(line) ?? [];
      return passed === undefined ? [] : [{ passed: Number(passed), failed: Number(failed) }];
    });
    const failed = summaries.reduce((total, one) => total + one.failed, 0);
    sum.passed += summaries.reduce((total, one) => total + one.passed, 0);
    sum.failed += status === 0 ? failed : Math.max(failed, 1);
  }
  return sum;
}

/** Lines that are not within what the runner shows as a test's output, e.g. between "------- output -------" and its end. */
function outsideOfTests(lines: readonly string[]): string[] {
  let within = false;
  return lines.filter((line) => {
    const edge = /^-+ (?:pre-test |post-test )?output( end)? -+$/.exec(line);
    if (edge !== null) within = edge[1] === undefined;
    return !within;
  });
}
