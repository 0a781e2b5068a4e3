import type { RunRecord } from "../../runs/record.ts";
import { lastAccuracy, methodOf, methods } from "../comparison/methods.ts";
import { type Finding, findingsTable, points, verdictOf } from "../findings.ts";
import { evaluatedLabel, mainLabel, reducedLabel } from "../label.ts";
import { paired, SIGNIFICANT } from "../paired.ts";
import { requireTwoLives } from "../require_records.ts";
import type { Table } from "../table.ts";

/** What each control, by its row, takes away from proxy learning, or adds. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  "no-replacement": "the error is the SNN's: its output replaces the ANN's",
  "snn-activations": "weights learn from the ANN's activations, not from spikes",
  "snn-masks": "errors pass where the ANN's ReLU does, not where the SNN fires",
  "random-feedback": "errors come down through the shared weights",
  "soft-reset": "hard reset, whose staircase is not the ReLU",
  "held-together": "the ANN's own output may go where it likes",
  "norms-never": "norms are frozen after the first epoch",
};

const OF_CONTROLS = {
  ...{ ahead: "better with it", behind: "better without it" },
  ...{ holds: "needed here", fails: "in the way here" },
};

/** What the controls say about each explanation of why a proxy works: the proxy minus its control, seed by seed. */
export function controlsTable(records: readonly RunRecord[]): Table {
  requireTwoLives("Making the table of controls", records);
  const text = {
    name: `${records[0]?.experiment ?? "proxy"}-controls`,
    title: "What proxy learning needs of its proxy",
    caption: `Argmax of the SNN after the last epoch on ${
      evaluatedLabel(records)
    }; proxy learning minus each control, paired by seed: mean ± standard deviation over n pairs, with the 95 % interval of the mean; p of the paired t-test, two-sided.`,
    label: reducedLabel(records),
    notes: [
      `Verdicts: needed or in the way here = the difference has that sign and its corrected p < ${SIGNIFICANT}; open = it could be the scatter of seeds.`,
      "Corrected by Holm's method over this table. All rows have the proxy's settings; none was tuned for its control.",
    ],
  };
  return findingsTable(text, "Explanation, taken away", findingsOf(records));
}

function findingsOf(records: readonly RunRecord[]): Finding[] {
  const proxy = methodOf(records, "proxy");
  if (proxy === undefined) return [];
  return methods(records).filter(({ first }) => first.row !== "proxy").flatMap(({ first, finished }) => {
    const test = paired(proxy.finished, finished, lastAccuracy);
    if (test === null) return [];
    return [{
      claim: EXPLANATIONS[first.row] ?? "another setting",
      network: mainLabel(first),
      measured: `${points(test.difference)} points`,
      ...{ n: test.difference.n, test },
      verdict: (corrected: number | null) => verdictOf(test, corrected, OF_CONTROLS),
    }];
  });
}
