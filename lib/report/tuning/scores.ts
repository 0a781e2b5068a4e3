import type { RunRecord } from "../../experiments/record.ts";
import { type Spread, spread } from "../frame.ts";
import { divergenceLabel, type RunGroup } from "../label.ts";
import type { Cell, Column } from "../table.ts";

const HEADINGS = { argmax: "argmax", tieInclusive: "tie-incl.", tied: "tied", silent: "silent" } as const;
type Shown = keyof typeof HEADINGS;

/** The columns of `lastScores`. */
export const SCORE_COLUMNS: Column[] = Object.values(HEADINGS).map((heading) => ({
  group: "Last epoch (%)",
  heading,
  format: "percent",
}));

/** What tie-inclusive accuracy is worth beside them. */
export const SCORES_NOTE =
  "Tie-incl. counts a tie with the true class as correct, also that of a silent SNN, which ties all classes.";

/** Scores of what was trained, after the last epoch; where no run finished the first says how one diverged. */
export function lastScores(group: RunGroup): Cell[] {
  const scores: Cell[] = (Object.keys(HEADINGS) as Shown[]).map((score) => lastScore(group, score));
  if (group.finished.length === 0) scores[0] = divergenceLabel(group.diverged[0] as RunRecord);
  return scores;
}

/** One of them, by which rows are sorted. */
export function lastScore({ finished }: RunGroup, score: Shown): Spread | null {
  return spread(
    finished.flatMap(({ last }) => (last?.evaluation.snn ?? last?.evaluation.ann)?.[score] ?? []),
  );
}
