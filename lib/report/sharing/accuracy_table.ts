import type { RunRecord } from "../../runs/record.ts";
import { spread } from "../frame.ts";
import {
  collapseNotes,
  evaluatedLabel,
  groupRuns,
  reducedLabel,
  type RunGroup,
  runsLabel,
} from "../label.ts";
import { recipeNote } from "../recipe.ts";
import type { Cell, Table } from "../table.ts";
import { macsOf, networkLabel, sharingLabel, testAccuracy, trainingAccuracy } from "./rows.ts";
import { requireSharing } from "../require_records.ts";

/** Accuracy of every network by what it shares, with its parameters. */
export function sharingTable(records: readonly RunRecord[]): Table {
  requireSharing("Making the table of shared kernels", records);
  const groups = groupRuns(records);
  const [first] = records;
  return {
    name: `${first?.experiment ?? "sharing"}-accuracy`,
    title: "Accuracy by shared kernels",
    caption: `Accuracy on ${
      evaluatedLabel(records)
    }. Mean ± standard deviation over the seeds of n finished runs.`,
    label: reducedLabel(records),
    columns: [
      { heading: "Network", format: "text" },
      { heading: "Shared", format: "text" },
      { heading: "Parameters", format: "integer" },
      { heading: "MACs per image (M)", format: "decimal", digits: 2 },
      { heading: "Runs (n)", format: "text" },
      { group: "Test (%)", heading: "last epoch", format: "percent" },
      { group: "Test (%)", heading: "best epoch (optimistic)", format: "percent" },
      { group: "Training images (%)", heading: "last epoch", format: "percent" },
      { group: "Training images (%)", heading: "gap to test", format: "percent" },
    ],
    rows: groups.map(row),
    notes: [
      ...new Set(groups.slice(0, 1).map(({ first }) => recipeNote(first))),
      "Best epoch: the highest accuracy on the test images themselves.",
      "Training images: the first ones, as many as test images, neither augmented nor mixed; the gap is training minus test.",
      "MACs: multiply-accumulate operations of a forward pass. A shared network has those of its unshared twin, which is its rival of equal operations: sharing saves parameters, not operations.",
      ...collapseNotes(groups),
    ],
  };
}

function row(group: RunGroup): Cell[] {
  const { first, finished } = group;
  return [
    networkLabel(first),
    sharingLabel(first),
    first.parameters,
    macsOf(first) / 1e6,
    runsLabel(group),
    spread(finished.map(testAccuracy)),
    spread(finished.map(({ best }) => best?.evaluation.ann?.argmax ?? NaN)),
    spread(finished.map(trainingAccuracy)),
    spread(finished.map((record) => trainingAccuracy(record) - testAccuracy(record))),
  ];
}
