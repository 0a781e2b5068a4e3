import type { RunRecord } from "../../runs/record.ts";
import { evaluatedLabel, reducedLabel, type RunGroup } from "../label.ts";
import { reportedValues, SHARED_CONVMIXER } from "../../experiments/reported.ts";
import { type Cell, type ColumnOf, makeTable, type Table } from "../table.ts";
import { holm } from "../holm.ts";
import { intervalText, type Paired, paired, pText } from "../paired.ts";
import {
  familyOf,
  groupOf,
  networkLabel,
  sharedNetworkLabel,
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
  const tested = withCorrection(
    comparisons(records).map(([group, twin]) => ({
      ...{ group, twin },
      accuracy: paired(group.finished, twin.finished, testAccuracy),
      gap: paired(group.finished, twin.finished, (record) => trainingAccuracy(record) - testAccuracy(record)),
    })),
  );
  return makeTable(
    {
      name: `${first?.experiment ?? "sharing"}-differences`,
      title: "What sharing costs",
      caption: `Differences in points on ${
        evaluatedLabel(records)
      }, paired by seed: mean ± standard deviation over n pairs, 95 % interval of the mean; p of the paired t-test, two-sided, as it is and corrected.`,
      label: reducedLabel(records),
      notes: [
        "Negative: the shared or smaller network is worse, or its gap between training and test images is smaller.",
        "Sharing regularises, the paper says: then its gap should be smaller than the unshared twin's.",
        "p, corrected: by Holm's method over all tests of this table.",
        ...rivalNotes(records),
        "Reported: intro = a sentence of the paper's introduction, for ConvMixer with all kernels shared.",
      ],
    },
    [
      { heading: "Network", format: "text", cell: ({ group: { first } }) => sharedNetworkLabel(first) },
      { heading: "Against", format: "text", cell: ({ twin: { first } }) => sharedNetworkLabel(first) },
      {
        ...{ heading: "Parameters, theirs / ours", format: "decimal", digits: 2 },
        cell: ({ group, twin }) => twin.first.parameters / group.first.parameters,
      },
      { heading: "Pairs (n)", format: "integer", cell: ({ accuracy }) => accuracy?.difference.n ?? 0 },
      ...testColumns("Test accuracy (points)", ({ accuracy }) => accuracy),
      ...testColumns("Train-test gap (points)", ({ gap }) => gap),
      { heading: "Reported (points), tag", format: "text", cell: reportedOf },
    ],
    tested,
  );
}

interface Compared {
  group: RunGroup;
  twin: RunGroup;
  accuracy: Paired | null;
  gap: Paired | null;
}

type CorrectedTest = Paired & { corrected: number | null };

interface Tested extends Compared {
  accuracy: CorrectedTest | null;
  gap: CorrectedTest | null;
}

/** All tests of the table are one family. */
function withCorrection(compared: readonly Compared[]): Tested[] {
  const corrected = holm(compared.flatMap(({ accuracy, gap }) => [accuracy?.p ?? null, gap?.p ?? null]));
  const test = (one: Paired | null, at: number) => one && { ...one, corrected: corrected[at] ?? null };
  return compared.map((one, index) => ({
    ...one,
    accuracy: test(one.accuracy, 2 * index),
    gap: test(one.gap, 2 * index + 1),
  }));
}

function testColumns(group: string, of: (row: Tested) => CorrectedTest | null): ColumnOf<Tested>[] {
  return [
    { group, heading: "difference", format: "percent", cell: (row) => of(row)?.difference ?? null },
    { group, heading: "95 % interval", format: "text", cell: (row) => intervalText(of(row)?.interval) },
    { group, heading: "p", format: "text", cell: (row) => pText(of(row)?.p ?? null) },
    { group, heading: "p, corrected", format: "text", cell: (row) => pText(of(row)?.corrected ?? null) },
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

/** Of the shared network against its twin, which the paper compares it with. */
function reportedOf({ group, twin }: Tested): Cell {
  return familyOf(twin.first) === "equal parameters" ? null : reported(group.first);
}

function reported({ row, config: { data, network } }: RunRecord): Cell {
  if (row !== "all" || network.name !== "convmixer") return null;
  const values = reportedValues(data.name, SHARED_CONVMIXER);
  return values.length === 0
    ? null
    : values.map(({ value, tag }) => `${String(value).replace("-", "−")} (${tag})`).join("; ");
}
