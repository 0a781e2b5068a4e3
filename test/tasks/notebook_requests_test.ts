import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { requestsOf } from "../../lib/experiments/experiment.ts";
import { findExperiment } from "../../lib/experiments/experiments.ts";
import { projectNotebooks } from "../../tasks/execute.ts";
import { experimentsIn, requestsOfNotebooks } from "../../tasks/notebook_requests.ts";

Deno.test("every experiment that a notebook reproduces is found, and trained once before the notebooks run", () => {
  const notebooks = projectNotebooks();
  const calls = notebooks.map((notebook) =>
    readFileSync(notebook, "utf8").match(/await reproduce\w*\(/g)?.length ?? 0
  );
  assert.deepEqual(notebooks.map((notebook) => experimentsIn(notebook).length), calls);
  const names = notebooks.flatMap(experimentsIn).filter(({ whereData }) => !whereData).map(({ name }) =>
    name
  );
  const requests = requestsOfNotebooks(notebooks, "quick");
  for (const name of new Set(names)) {
    assert.deepEqual(
      requests.filter(({ experiment }) => experiment === name),
      requestsOf(findExperiment(name), "quick"),
    );
  }
});
