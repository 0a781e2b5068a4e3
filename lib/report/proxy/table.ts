import { PROXY_ANN, type ReportedValue, reportedValues, SNN_BY_PROXY } from "../../experiments/reported.ts";
import { timeStepsOfRule } from "../../learning/rules/all.ts";
import type { Life, RunRecord } from "../../runs/record.ts";
import { bestOf, EXPECTED_NOTE, livesOf, Means, type Measure, measuresOf } from "../frame.ts";
import {
  collapseNotes,
  endLabel,
  evaluatedLabel,
  groupRuns,
  reducedLabel,
  rowLabel,
  type RunGroup,
  runsLabel,
} from "../label.ts";
import { type Cell, type ColumnOf, makeTable, type Table } from "../table.ts";
import { recipeNote } from "../recipe.ts";
import { requireFashion } from "../require_records.ts";

const LAST = "Last epoch (%)";
const BEST = "Best epoch, chosen on these images: optimistic (%)";
const SCORES: { measure: Measure; group: string; heading: string }[] = [
  { measure: "lastArgmax", group: LAST, heading: "argmax" },
  { measure: "lastExpected", group: LAST, heading: "expected" },
  { measure: "lastTieInclusive", group: LAST, heading: "tie-incl." },
  { measure: "lastTied", group: LAST, heading: "tied" },
  { measure: "lastSilent", group: LAST, heading: "silent" },
  { measure: "bestArgmax", group: BEST, heading: "argmax" },
  { measure: "bestExpected", group: BEST, heading: "expected" },
  { measure: "bestTieInclusive", group: BEST, heading: "tie-incl." },
  { measure: "bestTied", group: BEST, heading: "tied" },
  { measure: "bestSilent", group: BEST, heading: "silent" },
];

/** "SNN by proxy, its proxy ANN, an ANN alone": accuracy under both tie rules, last and best epoch, beside reported values. */
export function proxyTable(records: readonly RunRecord[]): Table {
  requireFashion("Making the table of proxy learning", records);
  const groups = groupRuns(records);
  const measures = measuresOf(records);
  const scores = SCORES.filter(({ measure }) => measures.includes(measure));
  const means = new Means(records);
  return makeTable(
    {
      name: "proxy-table",
      title: "Proxy learning on Fashion-MNIST",
      caption: `Accuracy on ${evaluatedLabel(records)}. ${MEANING}`,
      label: reducedLabel(records),
      notes: [
        ...groups.map(({ first }) => recipeNote(first)),
        ...NOTES,
        ...(measures.includes("lastExpected") ? [EXPECTED_NOTE] : []),
        ...collapseNotes(groups),
      ],
    },
    [
      { heading: "Network", format: "text", cell: ({ group, life }) => rowLabel(group.first, life) },
      { heading: "T", format: "integer", cell: ({ group, life }) => stepsOf(group.first, life) },
      { heading: "Parameters", format: "integer", cell: ({ group }) => group.first.parameters },
      { heading: "Runs (n)", format: "text", cell: ({ group }) => runsLabel(group) },
      ...scores.map(({ group: over, heading, measure }, index): ColumnOf<LifeOfGroup> => ({
        ...{ group: over, heading, format: "percent", ...bestOf(measure) },
        cell: ({ group, life }) =>
          (index === 0 ? endLabel(group) : null) ?? means.spread(group.first, life, measure),
      })),
      {
        heading: "Reported (%), tag",
        format: "text",
        cell: ({ group, life }) => reportedCell(group.first, life),
      },
    ],
    groups.flatMap((group) => livesOf(group.first).map((life) => ({ group, life }))),
  );
}

/** A line of the table. */
interface LifeOfGroup {
  group: RunGroup;
  life: Life;
}

function stepsOf({ config: { rule } }: RunRecord, life: Life): number | null {
  return life === "snn" ? timeStepsOfRule(rule) : null;
}

const MEANING = "Mean ± standard deviation over the seeds of n finished runs (n = 1: the value alone).";
const NOTES = [
  "Argmax: of several largest outputs the first is the answer. Tie-incl.: the true class being among the largest counts as " +
  "correct, which makes every silent image correct.",
  "Tied and silent: share of images with several largest outputs, and with no output spike at all.",
  "Best epoch: the highest argmax accuracy of the trained network on the evaluated images themselves; the proxy ANN is shown at " +
  "the SNN's best epoch.",
  "Reported: abstract = the paper's abstract (tie rule and selection not given; the full recipe, not this profile); code = " +
  "stored output of the released notebook.",
];

function reportedCell({ config: { rule } }: RunRecord, life: Life): Cell {
  if (rule.name !== "proxy") return null;
  const released = rule.output === "count" && rule.target === 1;
  const values = reportedValues("fashion-mnist", life === "snn" ? SNN_BY_PROXY : PROXY_ANN)
    .filter(({ tag }) => tag !== "code" || released);
  return values.length === 0 ? null : values.map(reportedText).join("; ");
}

function reportedText({ value, metric, tag }: ReportedValue): string {
  return `${value.toFixed(2)}${metric === "accuracy" ? "" : ` ${metric}`} (${tag})`;
}
