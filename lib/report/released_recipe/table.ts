import { PROXY_ANN, reportedValues, SNN_BY_PROXY } from "../../experiments/reported.ts";
import { type ColumnOf, makeTable, type Table } from "../table.ts";
import {
  type Evaluated,
  evaluatedOf,
  isWhole,
  lastOf,
  type Lives,
  nameOf,
  type ReleasedRun,
  scaleOf,
} from "./runs.ts";

interface Row {
  run: ReleasedRun;
  which: string;
  line: Evaluated;
}

const SNN = "SNN (%)";

const COLUMNS: readonly ColumnOf<Row>[] = [
  { heading: "Network", format: "text", cell: ({ run, which }) => `${nameOf(run)}, ${which}` },
  { heading: "Epoch", format: "integer", cell: ({ line }) => line.epoch },
  ...([
    ["argmax", "argmax"],
    ["expected", "expected"],
    ["tie-incl.", "tieInclusive"],
    ["tied", "tied"],
    ["silent", "silent"],
  ] as const).map(([heading, score]): ColumnOf<Row> => ({
    ...{ group: SNN, heading, format: "percent", cell: ({ line }) => line.evaluation.snn[score] },
  })),
  { heading: "Its ANN, argmax (%)", format: "percent", cell: ({ line }) => line.evaluation.ann.argmax },
  { heading: "Training images, argmax (%)", format: "percent", cell: ({ line }) => line.train.accuracy },
];

/** The last epoch of each run, and its best ones as they were seen on the test images themselves. */
export function releasedTable(runs: readonly ReleasedRun[]): Table {
  return makeTable(
    {
      name: "released-recipe",
      title: "The released recipe of proxy learning, whole",
      caption:
        "Fashion-MNIST, 10,000 test images, evaluated after the first and every fifth epoch, and where a session ended. Full width (19.6 million parameters), 60,000 training " +
        "images, 15 time steps, 100 epochs at one rate, as the released notebook trains; one run each.",
      label: "",
      notes: notesOf(runs),
    },
    COLUMNS,
    runs.flatMap(rowsOf),
  );
}

function rowsOf(run: ReleasedRun): Row[] {
  const best = (score: "argmax" | "tieInclusive") =>
    evaluatedOf(run).reduce((a, b) => b.evaluation.snn[score] > a.evaluation.snn[score] ? b : a);
  return [
    { run, which: isWhole(run) ? "last" : "last so far", line: lastOf(run) },
    { run, which: "best by argmax (optimistic)", line: best("argmax") },
    { run, which: "best by ties included (optimistic)", line: best("tieInclusive") },
  ];
}

function notesOf(runs: readonly ReleasedRun[]): string[] {
  const reported = [SNN_BY_PROXY, PROXY_ANN].flatMap((method) =>
    reportedValues("fashion-mnist", method).map(({ value, tag, metric }) =>
      `${method} ${value.toFixed(2)} % ${metric === "accuracy" ? "" : `${metric} `}(${tag})`
    )
  );
  return [
    ...runs.map((run) =>
      `${nameOf(run)}: ${scaleOf(run)}, ${Math.round(run.seconds.epochs / 60)} minutes of training.`
    ),
    `Reported: ${reported.join(", ")}; the abstract does not give its tie rule.`,
    "Tie-incl. counts a tie with the true class as correct, and so every silent image. Optimistic: the epoch was chosen on the test images.",
    ...runs.flatMap(hereNote),
  ];
}

/** What this library makes of the same weights. */
function hereNote(run: ReleasedRun): string[] {
  if (run.evaluatedHere === undefined) return [];
  const { epoch, evaluation } = lastOf(run);
  const text = ({ snn, ann }: Lives) =>
    `${percent(snn.argmax)} argmax, ${percent(snn.tieInclusive)} tie-inclusive, ANN ${percent(ann.argmax)}`;
  return [
    `${nameOf(run)}, weights of epoch ${epoch}, simulated event by event with the kernels here: ${
      text(run.evaluatedHere)
    }; in PyTorch: ${text(evaluation)}.`,
  ];
}

/** "89.67 %". */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
