import { PROXY_ANN, type ReportedValue, reportedValues, SNN_BY_PROXY } from "../../experiments/reported.ts";
import type { Life, RunRecord } from "../../runs/record.ts";
import { EXPECTED_NOTE, frame, livesOf, type Measure, measuresOf, overSeeds, spreadOf } from "../frame.ts";
import {
  collapseNotes,
  divergenceLabel,
  evaluatedLabel,
  groupRuns,
  reducedLabel,
  rowLabel,
  type RunGroup,
  runsLabel,
} from "../label.ts";
import type { Cell, Column, Table } from "../table.ts";
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

const columns = (scores: typeof SCORES): Column[] => [
  { heading: "Network", format: "text" },
  { heading: "T", format: "integer" },
  { heading: "Parameters", format: "integer" },
  { heading: "Runs (n)", format: "text" },
  ...scores.map(({ group, heading }): Column => ({ group, heading, format: "percent" })),
  { heading: "Reported (%), tag", format: "text" },
];

/** "SNN by proxy, its proxy ANN, an ANN alone": accuracy under both tie rules, last and best epoch, beside reported values. */
export function proxyTable(records: readonly RunRecord[]): Table {
  requireFashion("Making the table of proxy learning", records);
  const groups = groupRuns(records);
  const measures = measuresOf(records);
  const scores = SCORES.filter(({ measure }) => measures.includes(measure));
  return {
    name: "proxy-table",
    title: "Proxy learning on Fashion-MNIST",
    caption: `Accuracy on ${evaluatedLabel(records)}. ${MEANING}`,
    label: reducedLabel(records),
    columns: columns(scores),
    rows: groups.flatMap((group) => livesOf(group.first).map((life) => scoreRow(group, life, scores))),
    notes: [
      ...groups.map(({ first }) => recipeNote(first)),
      ...NOTES,
      ...(measures.includes("lastExpected") ? [EXPECTED_NOTE] : []),
      ...collapseNotes(groups),
    ],
  };
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

/** A group's runs as arquero sees them: one row of means per life; all its records share one recipe. */
function scoreRow(group: RunGroup, life: Life, shown: typeof SCORES): Cell[] {
  const rows = overSeeds(frame([...group.finished, ...group.diverged])).objects() as Record<
    string,
    unknown
  >[];
  const row = rows.find((one) => one["life"] === life) as Record<string, unknown>;
  const scores: Cell[] = shown.map(({ measure }) => spreadOf(row, measure));
  if (group.finished.length === 0) scores[0] = divergenceLabel(group.diverged[0] as RunRecord);
  return [
    rowLabel(group.first, life),
    (row["T"] as number | undefined) ?? null,
    row["parameters"] as number,
    runsLabel(group),
    ...scores,
    reportedCell(group.first, life),
  ];
}

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
