import { Attempts } from "../lib/attempts.ts";
import { FailureError } from "../lib/errors.ts";
import { evaluateGolden, type Verdict } from "../test/golden/evaluate.ts";
import { each, path } from "./arguments.ts";
import { requireFile } from "./files.ts";
import { defineTask, runTask } from "./task.ts";
import { toUser } from "./user_path.ts";

/** `deno task golden`. */
export const goldenTask = defineTask({
  name: "golden",
  description: "Compares our numbers with golden files made by another framework.",
  declare: (command) => command.argument("<files...>", "fixtures in JSON", each(path)),
  plan(files: string[]): string[] {
    for (const file of files) requireFile("Comparing", file, "a fixture in JSON");
    return files;
  },
  act: compareAll,
});

async function compareAll(files: string[]): Promise<void> {
  const attempts = new Attempts("Comparing golden files", files.length);
  for (const file of files) await attempts.make(toUser(file), () => compareOne(file));
  console.log(`${files.length - attempts.failed.length} passed, ${attempts.failed.length} failed`);
  attempts.end();
}

function compareOne(file: string): void {
  const verdict = evaluateGolden(file);
  console.log(describe(verdict));
  if (!verdict.passed) throw new FailureError(verdict.problem ?? `the worst number is ${verdict.worst}`);
}

function describe(verdict: Verdict): string {
  const name = `${verdict.fixture.kind}/${verdict.fixture.name}`.padEnd(44);
  const { passed, maxAbsolute, maxRelative, worst, problem } = verdict;
  const errors = `abs ${maxAbsolute.toExponential(1)}  rel ${maxRelative.toExponential(1)}  worst ${worst}`;
  return `${passed ? "ok      " : "FAILED  "} ${name} ${problem ?? errors}`;
}

if (import.meta.main) await runTask(goldenTask);
