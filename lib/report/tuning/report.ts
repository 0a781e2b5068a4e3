import type { RunRecord } from "../../runs/record.ts";
import type { Report } from "../report.ts";
import { spread } from "../frame.ts";
import { evaluatedLabel, reducedLabel, type RunGroup, runsLabel, spikingGroups } from "../label.ts";
import { makeTable, type Table } from "../table.ts";
import { targetLabel } from "../words/words.ts";
import { lastScore, scoreColumns, scoreNotes, shownScores } from "./scores.ts";
import { requireTwoLives } from "../require_records.ts";

/** Tables of "fashion-mnist-proxy-tuning"; it has no figures. */
export const tuningReport: Report = { tables: (records) => [tuningTable(records)], figures: () => [] };

/** Target count, learning rate and schedule of proxy learning, best argmax accuracy first. */
export function tuningTable(records: readonly RunRecord[]): Table {
  requireTwoLives("Making the table of target counts", records);
  const groups = spikingGroups(records);
  const shown = shownScores(records);
  const last = (group: RunGroup) => lastScore(group, "argmax")?.mean ?? -1;
  return makeTable(
    {
      name: "proxy-tuning",
      title: "Target, learning rate and schedule of proxy learning",
      caption: `After the last epoch, on ${
        evaluatedLabel(records)
      } held out from the training set; best first.`,
      label: reducedLabel(records),
      notes: [
        ...scoreNotes(shown),
        "Agreement: share of images to which both networks give the same answer.",
      ],
    },
    [
      { heading: "Target", format: "text", cell: ({ first: { config: { rule } } }) => targetOf(rule) },
      {
        heading: "Learning rate",
        format: "text",
        cell: ({ first: { config } }) => String(config.optimiser.learningRate),
      },
      { heading: "Schedule", format: "text", cell: ({ first: { config } }) => config.optimiser.schedule },
      { heading: "Runs (n)", format: "text", cell: runsLabel },
      ...scoreColumns(shown),
      {
        ...{ heading: "Proxy ANN argmax (%)", format: "percent" },
        cell: ({ finished }) => spread(finished.flatMap(({ last }) => last?.evaluation.ann?.argmax ?? [])),
      },
      {
        ...{ heading: "Agreement (%)", format: "percent" },
        cell: ({ finished }) => spread(finished.flatMap(({ last }) => last?.agreement ?? [])),
      },
    ],
    groups.toSorted((a, b) => last(b) - last(a)),
  );
}

function targetOf(rule: RunRecord["config"]["rule"]): string {
  return rule.name === "proxy" ? targetLabel(rule) : "–";
}
