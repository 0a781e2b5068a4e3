import type { RunRecord } from "../../runs/record.ts";
import { evaluatedLabel, groupRuns, mainLabel, reducedLabel, type RunGroup, runsLabel } from "../label.ts";
import { freezing, rateText } from "../recipe.ts";
import type { Report } from "../report.ts";
import type { Table } from "../table.ts";
import { lastScore, lastScores, scoreColumns, scoreNotes, shownScores } from "./scores.ts";

/** Tables of a grid of learning rates; it has no figures. */
export const learningRatesReport: Report = {
  tables: (records) => [learningRatesTable(records)],
  figures: () => [],
};

/** Learning rates of every rule that was tuned, each rule's best argmax accuracy first. */
export function learningRatesTable(records: readonly RunRecord[]): Table {
  const groups = groupRuns(records);
  const shown = shownScores(records);
  const names = [...new Set(groups.map(({ first }) => mainLabel(first)))];
  const accuracy = (group: RunGroup) => lastScore(group, "argmax")?.mean ?? -1;
  const sorted = names.flatMap((name) =>
    groups.filter(({ first }) => mainLabel(first) === name).sort((a, b) => accuracy(b) - accuracy(a))
  );
  return {
    name: `${records[0]?.experiment ?? "tuning"}-learning-rates`,
    title: "Learning rates",
    caption: `After the last epoch, on ${
      evaluatedLabel(records)
    } held out from the training set; each rule's best first.`,
    label: reducedLabel(records),
    columns: [
      { heading: "Network", format: "text" },
      { heading: "Learning rate", format: "text" },
      { heading: "Norms freeze", format: "text" },
      { heading: "Runs (n)", format: "text" },
      ...scoreColumns(shown),
    ],
    rows: sorted.map((group) => [
      mainLabel(group.first),
      rateText(group.first.config.optimiser),
      freezing(group.first.config),
      runsLabel(group),
      ...lastScores(group, shown),
    ]),
    notes: scoreNotes(shown),
  };
}
