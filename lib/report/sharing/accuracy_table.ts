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
import { type ColumnOf, makeTable, type Table } from "../table.ts";
import { macsOf, networkLabel, sharingLabel, testAccuracy, trainingAccuracy } from "./rows.ts";
import { requireSharing } from "../require_records.ts";

/** Accuracy of every network by what it shares, with its parameters. */
export function sharingTable(records: readonly RunRecord[]): Table {
  requireSharing("Making the table of shared kernels", records);
  const groups = groupRuns(records);
  const [first] = records;
  return makeTable(
    {
      name: `${first?.experiment ?? "sharing"}-accuracy`,
      title: "Accuracy by shared kernels",
      caption: `Accuracy on ${
        evaluatedLabel(records)
      }. Mean ± standard deviation over the seeds of n finished runs.`,
      label: reducedLabel(records),
      notes: [
        ...new Set(groups.slice(0, 1).map(({ first }) => recipeNote(first))),
        "Best epoch: the highest accuracy on the test images themselves.",
        "Training images: the first ones, as many as test images, neither augmented nor mixed; the gap is training minus test.",
        "MACs: multiply-accumulate operations of a forward pass. A shared network has those of its unshared twin, which is its rival of equal operations: sharing saves parameters, not operations.",
        ...collapseNotes(groups),
      ],
    },
    [
      { heading: "Network", format: "text", cell: ({ first }) => networkLabel(first) },
      { heading: "Shared", format: "text", cell: ({ first }) => sharingLabel(first) },
      { heading: "Parameters", format: "integer", cell: ({ first }) => first.parameters },
      {
        heading: "MACs per image (M)",
        format: "decimal",
        digits: 2,
        cell: ({ first }) => macsOf(first) / 1e6,
      },
      { heading: "Runs (n)", format: "text", cell: runsLabel },
      { ...mean("Test (%)", "last epoch", testAccuracy), best: "highest" },
      mean("Test (%)", "best epoch (optimistic)", ({ best }) => best?.evaluation.ann?.argmax ?? NaN),
      mean("Training images (%)", "last epoch", trainingAccuracy),
      mean("Training images (%)", "gap to test", (record) => trainingAccuracy(record) - testAccuracy(record)),
    ],
    groups,
  );
}

/** A column of means over the finished runs. */
function mean(group: string, heading: string, value: (record: RunRecord) => number): ColumnOf<RunGroup> {
  return { group, heading, format: "percent", cell: ({ finished }) => spread(finished.map(value)) };
}
