import assert from "node:assert/strict";
import { CLASSES, className } from "../../lib/data/classes.ts";
import { EXPERIMENTS } from "../../lib/experiments/experiments.ts";
import type { RunRecord, SpikingReport } from "../../lib/runs/record.ts";
import { SUBJECTS } from "../../lib/report/claims.ts";
import { comparisonReport } from "../../lib/report/comparison/report.ts";
import { agreementFigure, agreementTable } from "../../lib/report/comparison/agreement.ts";
import { REPORTS } from "../../lib/report/experiments.ts";
import { exampleImages } from "../../lib/report/proxy/mod.ts";
import { sharingReport } from "../../lib/report/sharing/report.ts";
import { record } from "./records.ts";

Deno.test("every experiment has a report, and every report an experiment", () => {
  assert.deepEqual(Object.keys(REPORTS).sort(), EXPERIMENTS.map(({ name }) => name).sort());
});

/** Experiments that say nothing of a claim, each for a reason; any other one of networks or rules must be asked. */
const SILENT = [
  "fashion-mnist-six-layer-comparison", // another network than the claims'
];

Deno.test("the claims of both papers are asked of every experiment that compares networks or rules", () => {
  const asked = SUBJECTS.flatMap(({ experiments }) => experiments);
  const compare = Object.keys(REPORTS).filter((name) =>
    REPORTS[name] === sharingReport || REPORTS[name] === comparisonReport
  );
  assert.deepEqual([...asked, ...SILENT].toSorted(), compare.toSorted());
});

Deno.test("example images of CIFAR-10 are named by its classes; a class that nobody named is refused", () => {
  const shown = record({ target: 1 });
  shown.config.data.name = "cifar-10";
  const figure = JSON.stringify(exampleImages(shown));
  assert.match(figure, /truck/);
  assert.doesNotMatch(figure, /Ankle boot|wrong: \d/);
  shown.config.data.name = "svhn" as "cifar-10";
  assert.throws(
    () => exampleImages(shown),
    /the data set "svhn": it is unknown; use one of fashion-mnist, cifar-10, cifar-100/,
  );
  assert.throws(() => className("constructor", 0), /Looking for the data set "constructor": it is unknown/);
  for (const [dataset, classes] of Object.entries(CLASSES)) {
    assert.throws(() => className(dataset, classes.length), /it has \d+ classes/);
  }
});

/** A run of T time steps whose lives were compared. */
function compared(T: number): RunRecord {
  const one = record({ target: 1 });
  const rule = { ...one.config.rule, T } as typeof one.config.rule;
  const agreement = { conv1: { correlation: 0.5, points: [[1, 0.5]] as [number, number][] } };
  return {
    ...one,
    config: { ...one.config, rule },
    spiking: { ...one.spiking as SpikingReport, agreement },
  };
}

Deno.test("the comparison of both lives says how many images and time steps it looked at", () => {
  const [long, short] = [compared(512), compared(15)];
  const images = long.spiking?.examples.length;
  assert.match(
    agreementTable([long]).caption,
    new RegExp(
      `first ${images} evaluated images, over each network's T time steps, the first 64 where T is larger\\.$`,
    ),
  );
  assert.match(agreementFigure(long).caption, new RegExp(`first ${images} .* images, 64 time steps`));
  assert.match(agreementTable([short]).caption, /over each network's T time steps\.$/);
});
