import { timeStepsOfRule } from "../../learning/rules/all.ts";
import type { RunRecord } from "../../runs/record.ts";
import { readOuts } from "../comparison/time_and_cost.ts";
import { livesOf, Means, type Spread, spread } from "../frame.ts";
import {
  collapseNotes,
  endLabel,
  evaluatedLabel,
  mainLabel,
  reducedLabel,
  type RunGroup,
  runsLabel,
} from "../label.ts";
import { recipeNote } from "../recipe.ts";
import { requireSharedSpiking } from "../require_records.ts";
import { makeTable, type Table } from "../table.ts";
import { groupsByNetwork, sharingName, sizeText } from "./rows.ts";

/** Accuracy of every network, by what it shares and how it was trained, with its parameters and spikes. */
export function sharedSpikingTable(records: readonly RunRecord[]): Table {
  requireSharedSpiking("Making the table of spiking networks that share kernels", records);
  const groups = groupsByNetwork(records);
  const means = new Means(records);
  return makeTable(
    {
      name: `${records[0]?.experiment ?? "spiking-sharing"}-accuracy`,
      title: "Accuracy by shared kernels and learning rule",
      caption: `Accuracy on ${
        evaluatedLabel(records)
      } after the last epoch. Mean ± standard deviation over the seeds of n finished runs.`,
      label: reducedLabel(records),
      notes: [
        ...new Set(groups.slice(0, 3).map(({ first }) => recipeNote(first))),
        "Every norm belongs to its layer: scale, shift and statistics are never shared.",
        "Argmax: of several largest outputs the first is the answer; expected: if ties are broken at random.",
        "Its ANN: the proxy after its last epoch. Spikes: of all neurons for one image, over the T steps that the network was trained with.",
        ...collapseNotes(groups),
      ],
    },
    [
      { heading: "Shared", format: "text", cell: ({ first }) => sharingName(first) },
      { heading: "Network", format: "text", cell: ({ first }) => sizeText(first) },
      { heading: "Trained as", format: "text", cell: ({ first }) => mainLabel(first) },
      { heading: "Parameters", format: "integer", cell: ({ first }) => first.parameters },
      { heading: "Runs (n)", format: "text", cell: runsLabel },
      {
        ...{ group: "Accuracy (%)", heading: "argmax", format: "percent", best: "highest" },
        cell: (group) => endLabel(group) ?? means.spread(group.first, livesOf(group.first)[0], "lastArgmax"),
      },
      {
        ...{ group: "Accuracy (%)", heading: "expected", format: "percent", best: "highest" },
        cell: ({ first }) => means.spread(first, livesOf(first)[0], "lastExpected"),
      },
      {
        ...{ group: "Accuracy (%)", heading: "its ANN, argmax", format: "percent", best: "highest" },
        cell: ({ first }) => means.spread(first, livesOf(first)[1], "lastArgmax"),
      },
      { heading: "Spikes (1,000)", format: "decimal", digits: 1, cell: spikes },
    ],
    groups,
  );
}

/** Thousands of spikes for an image over the steps of training; nothing of an ANN. */
function spikes({ first, finished }: RunGroup): Spread | null {
  const T = timeStepsOfRule(first.config.rule);
  const counts = finished.flatMap((record) => readOuts(record).find(({ t }) => t === T)?.spikes ?? []);
  return spread(counts.map((count) => count / 1_000));
}
