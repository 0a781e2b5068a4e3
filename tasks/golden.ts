import { FailureError, messageOf } from "../lib/errors.ts";
import { evaluateGolden, type Verdict } from "../test/golden/evaluate.ts";
import { runCommand } from "./command.ts";

await runCommand((command) =>
  command
    .name("deno task golden")
    .description("Compares our numbers with golden files made by another framework.")
    .argument("<files...>", "fixtures in JSON")
    .action(compareAll)
);

function compareAll(files: string[]): void {
  let failed = 0;
  for (const file of files) {
    try {
      const verdict = evaluateGolden(file);
      if (!verdict.passed) failed++;
      console.log(describe(verdict));
    } catch (error) {
      failed++;
      console.log(`FAILED   ${messageOf(error)}`);
    }
  }
  console.log(`${files.length - failed} passed, ${failed} failed`);
  if (failed > 0) {
    throw new FailureError(
      `Comparing golden files: ${failed} of ${files.length} failed; see the list above.`,
    );
  }
}

function describe(verdict: Verdict): string {
  const name = `${verdict.fixture.kind}/${verdict.fixture.name}`.padEnd(44);
  const { passed, maxAbsolute, maxRelative, worst, problem } = verdict;
  const errors = `abs ${maxAbsolute.toExponential(1)}  rel ${maxRelative.toExponential(1)}  worst ${worst}`;
  return `${passed ? "ok      " : "FAILED  "} ${name} ${problem ?? errors}`;
}
