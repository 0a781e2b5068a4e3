import type { RunRecord } from "../../runs/record.ts";
import { evaluatedLabel, groupRuns, mainLabel, reducedLabel, type RunGroup, runsLabel } from "../label.ts";
import { freezing } from "../freezing.ts";
import { rateText } from "../recipe.ts";
import type { Report } from "../report.ts";
import { makeTable, type Table } from "../table.ts";
import { lastScore, scoreColumns, scoreNotes, shownScores } from "./scores.ts";

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
  return makeTable(
    {
      name: `${records[0]?.experiment ?? "tuning"}-learning-rates`,
      title: "Learning rates",
      caption: `After the last epoch, on ${
        evaluatedLabel(records)
      } held out from the training set; each rule's best first.`,
      label: reducedLabel(records),
      notes: scoreNotes(shown),
    },
    [
      { heading: "Network", format: "text", cell: ({ first }) => mainLabel(first) },
      {
        heading: "Learning rate",
        format: "text",
        cell: ({ first: { config } }) => rateText(config.optimiser),
      },
      { heading: "Norms freeze", format: "text", cell: ({ first: { config } }) => freezing(config) },
      { heading: "Runs (n)", format: "text", cell: runsLabel },
      ...scoreColumns(shown),
    ],
    sorted,
  );
}
