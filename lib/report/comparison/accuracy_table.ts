import { timeStepsOfRule } from "../../learning/rules/all.ts";
import type { RunRecord } from "../../runs/record.ts";
import { bestOf, EXPECTED_NOTE, livesOf, Means, type Measure, measuresOf } from "../frame.ts";
import {
  collapseNotes,
  endLabel,
  evaluatedLabel,
  mainLabel,
  reducedLabel,
  type RunGroup,
  runsLabel,
} from "../label.ts";
import { recipeNote } from "../recipe.ts";
import { type ColumnOf, makeTable, type Table } from "../table.ts";
import { methods } from "./methods.ts";
import { silenceNote } from "./silence_note.ts";
import { requireTwoLives } from "../require_records.ts";

const LAST = "Last epoch (%)";
const SCORES: { measure: Measure; group: string; heading: string }[] = [
  { measure: "lastArgmax", group: LAST, heading: "argmax" },
  { measure: "lastExpected", group: LAST, heading: "expected" },
  { measure: "lastTieInclusive", group: LAST, heading: "tie-incl." },
  { measure: "lastTied", group: LAST, heading: "tied" },
  { measure: "lastSilent", group: LAST, heading: "silent" },
  { measure: "bestArgmax", group: "Best epoch (%)", heading: "argmax" },
  { measure: "bestTieInclusive", group: "Best epoch (%)", heading: "tie-incl." },
];

/** Accuracy of every learning rule on one network, at the T it was trained with. */
export function comparisonTable(records: readonly RunRecord[]): Table {
  requireTwoLives("Making the table of learning rules", records);
  const groups = methods(records);
  const measures = measuresOf(records);
  const scores = SCORES.filter(({ measure }) => measures.includes(measure));
  const means = new Means(records);
  return makeTable(
    {
      name: `${records[0]?.experiment ?? "comparison"}-accuracy`,
      title: "Learning rules on one network",
      caption: `Accuracy on ${
        evaluatedLabel(records)
      } at the T in the table. Mean ± standard deviation over the seeds of n finished runs.`,
      label: reducedLabel(records),
      notes: [
        ...groups.slice(-1).map(({ first }) =>
          `${recipeNote(first)} The table of rules says what the others differ in.`
        ),
        "Argmax: of several largest outputs the first is the answer. Tie-incl.: the true class being among the largest counts as correct.",
        "Best epoch: highest argmax accuracy on the evaluated images themselves, so optimistic.",
        "Its ANN: the proxy after its last epoch, or the ANN that was converted.",
        ...(measures.includes("lastExpected") ? [EXPECTED_NOTE] : []),
        ...silenceNote(groups),
        ...collapseNotes(groups),
      ],
    },
    [
      { heading: "Network", format: "text", cell: ({ first }) => mainLabel(first) },
      { heading: "T", format: "integer", cell: ({ first }) => timeStepsOfRule(first.config.rule) },
      { heading: "Runs (n)", format: "text", cell: runsLabel },
      ...scores.map(({ group: over, heading, measure }, index): ColumnOf<RunGroup> => ({
        ...{ group: over, heading, format: "percent", ...bestOf(measure) },
        cell: (group) =>
          (index === 0 ? endLabel(group) : null) ??
            means.spread(group.first, livesOf(group.first)[0], measure),
      })),
      {
        ...{ heading: "Its ANN, argmax (%)", format: "percent", best: "highest" },
        cell: ({ first }) => means.spread(first, livesOf(first)[1], "lastArgmax"),
      },
    ],
    groups,
  );
}
