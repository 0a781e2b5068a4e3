import type { RunRecord } from "../../runs/record.ts";
import { evaluatedLabel, reducedLabel, type RunGroup } from "../label.ts";
import { reportedValues, SHARED_CONVMIXER } from "../../experiments/reported.ts";
import type { Cell, Column, Table } from "../table.ts";
import { holm } from "../holm.ts";
import { intervalText, type Paired, paired, pText } from "../paired.ts";
import {
  familyOf,
  groupOf,
  networkLabel,
  sharingLabel,
  strongestRival,
  testAccuracy,
  trainingAccuracy,
} from "./rows.ts";
import { requireSharing } from "../require_records.ts";

/** The rows that are compared: each with its unshared twin of the same depth, and all shared with its strongest rival. */
export function comparisons(records: readonly RunRecord[]): [RunGroup, RunGroup][] {
  const rows = [...new Set(records.map(({ row }) => row))];
  const twins = rows.flatMap((row): [RunGroup, RunGroup][] => {
    const group = groupOf(records, row);
    const twin = groupOf(records, twinOf(row));
    return group === undefined || twin === undefined || row === twinOf(row) ? [] : [[group, twin]];
  });
  const [shared, rival] = [groupOf(records, "all") ?? groupOf(records, "all-1"), strongestRival(records)];
  return shared === undefined || rival === undefined ? twins : [...twins, [shared, rival]];
}

/** "all-half" is compared with "none-half", everything else with the unshared network of the base depth. */
function twinOf(row: string): string {
  if (/^all-|^none-/.test(row)) return row.replace(/^all/, "none");
  if (row.startsWith("stages-")) return "none-1";
  return "none";
}

/** What sharing costs: shared minus unshared, seed by seed, in points of accuracy and of the train-test gap. */
export function differencesTable(records: readonly RunRecord[]): Table {
  requireSharing("Making the table of what sharing costs", records);
  const [first] = records;
  const tested = comparisons(records).map(([group, twin]): Tested => ({
    ...{ group, twin },
    accuracy: paired(group.finished, twin.finished, testAccuracy),
    gap: paired(group.finished, twin.finished, (record) => trainingAccuracy(record) - testAccuracy(record)),
  }));
  const corrected = holm(tested.flatMap(({ accuracy, gap }) => [accuracy?.p ?? null, gap?.p ?? null]));
  return {
    name: `${first?.experiment ?? "sharing"}-differences`,
    title: "What sharing costs",
    caption: `Differences in points on ${
      evaluatedLabel(records)
    }, paired by seed: mean ± standard deviation over n pairs, 95 % interval of the mean; p of the paired t-test, two-sided, as it is and corrected.`,
    label: reducedLabel(records),
    columns: [
      { heading: "Network", format: "text" },
      { heading: "Against", format: "text" },
      { heading: "Parameters, theirs / ours", format: "decimal", digits: 2 },
      { heading: "Pairs (n)", format: "integer" },
      ...testColumns("Test accuracy (points)"),
      ...testColumns("Train-test gap (points)"),
      { heading: "Reported (points), tag", format: "text" },
    ],
    rows: tested.map((one, index) => row(one, corrected.slice(2 * index, 2 * index + 2))),
    notes: [
      "Negative: the shared or smaller network is worse, or its gap between training and test images is smaller.",
      "Sharing regularises, the paper says: then its gap should be smaller than the unshared twin's.",
      "p, corrected: by Holm's method over all tests of this table.",
      ...rivalNotes(records),
      "Reported: intro = a sentence of the paper's introduction, for ConvMixer with all kernels shared.",
    ],
  };
}

interface Tested {
  group: RunGroup;
  twin: RunGroup;
  accuracy: Paired | null;
  gap: Paired | null;
}

function testColumns(group: string): Column[] {
  return [
    { group, heading: "difference", format: "percent" },
    { group, heading: "95 % interval", format: "text" },
    { group, heading: "p", format: "text" },
    { group, heading: "p, corrected", format: "text" },
  ];
}

function rivalNotes(records: readonly RunRecord[]): string[] {
  const rival = strongestRival(records);
  return rival === undefined ? [] : [
    `The last line: the strongest unshared network of equal parameters, ${
      networkLabel(rival.first)
    }, chosen by its mean on these images; its edge is therefore optimistic.`,
  ];
}

function row({ group, twin, accuracy, gap }: Tested, corrected: readonly (number | null)[]): Cell[] {
  const { first } = group;
  return [
    `${networkLabel(first)}, ${sharingLabel(first)}`,
    `${networkLabel(twin.first)}, ${sharingLabel(twin.first)}`,
    twin.first.parameters / first.parameters,
    accuracy?.difference.n ?? 0,
    ...testCells(accuracy, corrected[0] ?? null),
    ...testCells(gap, corrected[1] ?? null),
    familyOf(twin.first) === "equal parameters" ? null : reported(first),
  ];
}

function testCells(test: Paired | null, corrected: number | null): Cell[] {
  return [test?.difference ?? null, intervalText(test?.interval), pText(test?.p ?? null), pText(corrected)];
}

function reported({ row, config: { data, network } }: RunRecord): Cell {
  if (row !== "all" || network.name !== "convmixer") return null;
  const values = reportedValues(data.name, SHARED_CONVMIXER);
  return values.length === 0
    ? null
    : values.map(({ value, tag }) => `${String(value).replace("-", "−")} (${tag})`).join("; ");
}
