import type { RunRecord } from "../../runs/record.ts";
import { EXPECTED_NOTE, measuresOf, type Spread, spread } from "../frame.ts";
import { divergenceLabel, type RunGroup } from "../label.ts";
import type { Cell, Column } from "../table.ts";

const HEADINGS = {
  ...{ argmax: "argmax", expected: "expected", tieInclusive: "tie-incl.", tied: "tied", silent: "silent" },
} as const;
export type Shown = keyof typeof HEADINGS;

/** The scores that a table of these records shows: expected accuracy only where some have it. */
export function shownScores(records: readonly RunRecord[]): Shown[] {
  const expected = measuresOf(records).includes("lastExpected");
  return (Object.keys(HEADINGS) as Shown[]).filter((score) => expected || score !== "expected");
}

/** The columns of `lastScores`. */
export function scoreColumns(shown: readonly Shown[]): Column[] {
  return shown.map((score) => ({ group: "Last epoch (%)", heading: HEADINGS[score], format: "percent" }));
}

/** What the accuracies that count ties are worth. */
export function scoreNotes(shown: readonly Shown[]): string[] {
  return [
    "Tie-incl. counts a tie with the true class as correct, also that of a silent SNN, which ties all classes.",
    ...(shown.includes("expected") ? [EXPECTED_NOTE] : []),
  ];
}

/** Scores of what was trained, after the last epoch; where no run finished the first says how one diverged. */
export function lastScores(group: RunGroup, shown: readonly Shown[]): Cell[] {
  const scores: Cell[] = shown.map((score) => lastScore(group, score));
  if (group.finished.length === 0) scores[0] = divergenceLabel(group.diverged[0] as RunRecord);
  return scores;
}

/** One of them, by which rows are sorted; null where a run has no such score. */
export function lastScore({ finished }: RunGroup, score: Shown): Spread | null {
  const values = finished.map(({ last }) => (last?.evaluation.snn ?? last?.evaluation.ann)?.[score]);
  return values.includes(undefined) ? null : spread(values as number[]);
}
