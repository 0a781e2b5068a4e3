import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withOwnFolder } from "../../lib/own_folder.ts";
import { ROOT } from "../../lib/paths.ts";
import {
  releasedFigure,
  releasedFinding,
  type ReleasedRun,
  releasedRuns,
  releasedTable,
} from "../../lib/report/released_recipe/mod.ts";

const COMMITTED = join(ROOT, "results", "study", "released-recipe");

/** A run whose SNN has these shares after its epochs. */
function run(scores: [argmax: number, tieInclusive: number][], epochs = scores.length): ReleasedRun {
  return {
    config: { rule: { target: 1 }, seed: 1 },
    asked: epochs,
    machine: { gpu: "a GPU", torch: "2" },
    seconds: { epochs: 60 },
    curve: scores.map(([argmax, tieInclusive], index) => {
      const snn = { argmax, tieInclusive, expected: argmax, tied: 0, silent: 0, loss: 0 };
      return {
        epoch: index + 1,
        train: { loss: 0, accuracy: 1 },
        evaluation: { snn, ann: { ...snn, argmax: argmax / 2 } },
      };
    }),
  };
}

Deno.test("released recipe: last epoch and both best ones, each with what it scored then", () => {
  const { rows } = releasedTable([run([[0.5, 0.99], [0.9, 0.91], [0.8, 0.95]], 5)]);
  assert.deepEqual(rows.map(([name, epoch, argmax]) => [name, epoch, argmax]), [
    ["SNN by proxy (K = 1), last so far", 3, 0.8],
    ["SNN by proxy (K = 1), best by argmax (optimistic)", 2, 0.9],
    ["SNN by proxy (K = 1), best by ties included (optimistic)", 1, 0.5],
  ]);
  assert.match(String(releasedTable([run([[0.5, 0.5]])]).rows[0]?.[0]), /last$/);
});

Deno.test("released recipe: the verdict is by every evaluated epoch, under each rule", () => {
  const verdict = (...scores: [number, number][]) => releasedFinding(run(scores)).verdict;
  assert.equal(
    verdict([0.9, 0.95], [0.94, 0.94]),
    "one run: argmax never reaches it, the tie-inclusive rule does",
  );
  assert.equal(verdict([0.95, 0.96]), "one run: argmax reaches it, the tie-inclusive rule does");
  assert.equal(
    verdict([0.9, 0.9]),
    "one run: argmax never reaches it, the tie-inclusive rule does not either",
  );
});

Deno.test("released recipe: what is committed is whole, drawn, and evaluated alike here and in PyTorch", () => {
  const runs = releasedRuns();
  assert.deepEqual(runs.map(({ curve }) => curve.map(({ epoch }) => epoch)), [
    Array.from({ length: 100 }, (_, index) => index + 1),
    Array.from({ length: 74 }, (_, index) => index + 1),
  ]);
  assert.equal(releasedFigure(runs).data.length, 6);
  const [here, there] = [runs[0]?.evaluatedHere, runs[0]?.curve.at(-1)?.evaluation];
  for (const score of ["argmax", "expected", "tieInclusive", "tied", "silent"] as const) {
    // A current at the threshold is rounded otherwise: some of 10,000 images have another spike.
    assert.ok(Math.abs((here?.snn[score] ?? NaN) - (there?.snn[score] ?? NaN)) <= 5e-4, score);
    assert.ok(Math.abs((here?.ann[score] ?? NaN) - (there?.ann[score] ?? NaN)) <= 1e-4, score);
  }
});

Deno.test("released recipe: a damaged file is named in one sentence", () =>
  withOwnFolder("released", (folder) => {
    cpSync(COMMITTED, folder, { recursive: true });
    const path = join(folder, "proxy-k2.json");
    writeFileSync(path, readFileSync(path, "utf8").replaceAll('"argmax"', '"argmin"'));
    assert.throws(() => releasedRuns(folder), { message: /proxy-k2\.json.*argmax.*restore it from git/ });
    return Promise.resolve();
  }));
