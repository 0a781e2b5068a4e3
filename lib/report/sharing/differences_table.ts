import type { RunRecord } from "../../runs/record.ts";
import { evaluatedLabel, reducedLabel, type RunGroup } from "../label.ts";
import { REPORTED_NAMES, reportedValues, SHARED_CONVMIXER } from "../../experiments/reported.ts";
import type { Cell, Table } from "../table.ts";
import { paired, pText } from "../paired.ts";
import { groupOf, networkLabel, sharingLabel, testAccuracy, trainingAccuracy } from "./rows.ts";

/** The rows that are compared: each with its unshared twin of the same depth. */
function twins(records: readonly RunRecord[]): [RunGroup, RunGroup][] {
  const rows = [...new Set(records.map(({ row }) => row))];
  return rows.flatMap((row): [RunGroup, RunGroup][] => {
    const group = groupOf(records, row);
    const twin = groupOf(records, twinOf(row));
    return group === undefined || twin === undefined || row === twinOf(row) ? [] : [[group, twin]];
  });
}

/** "all-half" is compared with "none-half", everything else with the unshared network of the base depth. */
function twinOf(row: string): string {
  if (/^all-|^none-/.test(row)) return row.replace(/^all/, "none");
  if (row.startsWith("stages-")) return "none-1";
  return "none";
}

/** What sharing costs: shared minus unshared, seed by seed, in points of accuracy and of the train-test gap. */
export function differencesTable(records: readonly RunRecord[]): Table {
  const [first] = records;
  return {
    name: `${first?.experiment ?? "sharing"}-differences`,
    title: "What sharing costs",
    caption: `Differences in points on ${
      evaluatedLabel(records)
    }, paired by seed: mean ± standard deviation over n pairs; p of the paired t-test, two-sided.`,
    label: reducedLabel(records),
    columns: [
      { heading: "Network", format: "text" },
      { heading: "Against", format: "text" },
      { heading: "Parameters, theirs / ours", format: "decimal", digits: 2 },
      { heading: "Pairs (n)", format: "integer" },
      { group: "Test accuracy (points)", heading: "difference", format: "percent" },
      { group: "Test accuracy (points)", heading: "p", format: "text" },
      { group: "Train-test gap (points)", heading: "difference", format: "percent" },
      { group: "Train-test gap (points)", heading: "p", format: "text" },
      { heading: "Reported (points), tag", format: "text" },
    ],
    rows: twins(records).map(row),
    notes: [
      "Negative: the shared or smaller network is worse, or its gap between training and test images is smaller.",
      "Sharing regularises, the paper says: then its gap should be smaller than the unshared twin's.",
      "Reported: intro = a sentence of the paper's introduction, for ConvMixer with all kernels shared.",
    ],
  };
}

function row([group, twin]: [RunGroup, RunGroup]): Cell[] {
  const accuracy = paired(group.finished, twin.finished, testAccuracy);
  const gap = paired(
    group.finished,
    twin.finished,
    (record) => trainingAccuracy(record) - testAccuracy(record),
  );
  const { first } = group;
  return [
    `${networkLabel(first)}, ${sharingLabel(first)}`,
    `${networkLabel(twin.first)}, ${sharingLabel(twin.first)}`,
    twin.first.parameters / first.parameters,
    accuracy?.difference.n ?? 0,
    accuracy?.difference ?? null,
    pText(accuracy?.p ?? null),
    gap?.difference ?? null,
    pText(gap?.p ?? null),
    reported(first),
  ];
}

function reported({ row, config: { data, network } }: RunRecord): Cell {
  if (row !== "all" || network.name !== "convmixer") return null;
  const values = reportedValues(REPORTED_NAMES[data.name], SHARED_CONVMIXER);
  return values.length === 0 ? null : values.map(({ value, tag }) => `${value} (${tag})`).join("; ");
}
