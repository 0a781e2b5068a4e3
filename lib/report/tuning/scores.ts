import type { RunRecord } from "../../runs/record.ts";
import { EXPECTED_NOTE, measuresOf, type Spread, spread } from "../frame.ts";
import { endLabel, type RunGroup } from "../label.ts";
import type { ColumnOf } from "../table.ts";

const HEADINGS = {
  ...{ argmax: "argmax", expected: "expected", tieInclusive: "tie-incl.", tied: "tied", silent: "silent" },
} as const;
export type Shown = keyof typeof HEADINGS;

/** The scores that a table of these records shows: expected accuracy only where some have it. */
export function shownScores(records: readonly RunRecord[]): Shown[] {
  const expected = measuresOf(records).includes("lastExpected");
  return (Object.keys(HEADINGS) as Shown[]).filter((score) => expected || score !== "expected");
}

/** Scores of what was trained, after the last epoch; where no run finished the first says how one diverged. */
export function scoreColumns(shown: readonly Shown[]): ColumnOf<RunGroup>[] {
  return shown.map((score, index) => ({
    ...{ group: "Last epoch (%)", heading: HEADINGS[score], format: "percent" },
    cell: (group) => (index === 0 ? endLabel(group) : null) ?? lastScore(group, score),
  }));
}

/** What the accuracies that count ties are worth. */
export function scoreNotes(shown: readonly Shown[]): string[] {
  return [
    "Tie-incl. counts a tie with the true class as correct, also that of a silent SNN, which ties all classes.",
    ...(shown.includes("expected") ? [EXPECTED_NOTE] : []),
  ];
}

/** One of them, by which rows are sorted; null where a run has no such score. */
export function lastScore({ finished }: RunGroup, score: Shown): Spread | null {
  const values = finished.map(({ last }) => (last?.evaluation.snn ?? last?.evaluation.ann)?.[score]);
  return values.includes(undefined) ? null : spread(values as number[]);
}
