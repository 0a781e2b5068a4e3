import assert from "node:assert/strict";
import { CorrectImages } from "../../lib/spiking/correct_images.ts";
import { imageByImageTable } from "../../lib/report/image_by_image.ts";
import { groupRuns, type RunGroup } from "../../lib/report/label.ts";
import type { RunRecord } from "../../lib/runs/record.ts";
import { record } from "./records.ts";

const IMAGES = 2_000;

/** An ANN's or SNN's record with the images from `from` on right. */
function runRight(target: number | undefined, seed: number, from: number): RunRecord {
  const seen = new CorrectImages();
  const labels = Array.from({ length: IMAGES }, () => 1);
  seen.add(labels.map((_, image) => image < from ? 0 : 1), labels);
  const made = record({ seed, ...(target === undefined ? {} : { target }) });
  return { ...made, correct: { [target === undefined ? "ann" : "snn"]: seen.text() } };
}

function pairOf(records: RunRecord[]): readonly [RunGroup, RunGroup] {
  const groups = groupRuns(records);
  return [groups[0], groups[1]] as [RunGroup, RunGroup];
}

Deno.test("pairs of one seed are compared on the same images, and what nobody kept is not shown", () => {
  const records = [
    runRight(2, 1, 100),
    runRight(undefined, 1, 130),
    runRight(2, 2, 90),
    runRight(undefined, 3, 0),
  ];
  const table = imageByImageTable(records, [pairOf(records)]);
  assert.deepEqual(table?.rows, [
    ["SNN by proxy (K = 2)", "ANN alone", "1", 30, 0, "+1.50", "< 0.001", "< 0.001"],
  ]);
  const older = records.map(({ correct: _, ...made }) => made as RunRecord);
  assert.equal(imageByImageTable(older, [pairOf(older)]), null);
});
