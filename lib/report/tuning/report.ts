import type { RunRecord } from "../../runs/record.ts";
import type { Report } from "../report.ts";
import { spread } from "../frame.ts";
import { evaluatedLabel, reducedLabel, type RunGroup, runsLabel, spikingGroups } from "../label.ts";
import type { Cell, Table } from "../table.ts";
import { targetLabel } from "../words/words.ts";
import { lastScore, lastScores, scoreColumns, scoreNotes, type Shown, shownScores } from "./scores.ts";
import { requireTwoLives } from "../require_records.ts";

/** Tables of "fashion-mnist-proxy-tuning"; it has no figures. */
export const tuningReport: Report = { tables: (records) => [tuningTable(records)], figures: () => [] };

/** Target count, learning rate and schedule of proxy learning, best argmax accuracy first. */
export function tuningTable(records: readonly RunRecord[]): Table {
  requireTwoLives("Making the table of target counts", records);
  const groups = spikingGroups(records);
  const shown = shownScores(records);
  const last = (group: RunGroup) => lastScore(group, "argmax")?.mean ?? -1;
  return {
    name: "proxy-tuning",
    title: "Target, learning rate and schedule of proxy learning",
    caption: `After the last epoch, on ${
      evaluatedLabel(records)
    } held out from the training set; best first.`,
    label: reducedLabel(records),
    columns: [
      ...["Target", "Learning rate", "Schedule", "Runs (n)"].map((heading) => ({
        heading,
        format: "text" as const,
      })),
      ...scoreColumns(shown),
      { heading: "Proxy ANN argmax (%)", format: "percent" },
      { heading: "Agreement (%)", format: "percent" },
    ],
    rows: groups.toSorted((a, b) => last(b) - last(a)).map((group) => row(group, shown)),
    notes: [
      ...scoreNotes(shown),
      "Agreement: share of images to which both networks give the same answer.",
    ],
  };
}

function row(group: RunGroup, shown: readonly Shown[]): Cell[] {
  const { rule, optimiser } = group.first.config;
  return [
    rule.name === "proxy" ? targetLabel(rule) : "–",
    String(optimiser.learningRate),
    optimiser.schedule,
    runsLabel(group),
    ...lastScores(group, shown),
    spread(group.finished.flatMap(({ last }) => last?.evaluation.ann?.argmax ?? [])),
    spread(group.finished.flatMap(({ last }) => last?.agreement ?? [])),
  ];
}
