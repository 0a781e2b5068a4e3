import { PROXY_ANN, reportedValues, SNN_BY_PROXY } from "../../experiments/reported.ts";
import { type ColumnOf, makeTable, type Table } from "../table.ts";
import { type Evaluated, evaluatedOf, nameOf, type ReleasedRun, scaleOf } from "./runs.ts";

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
  { heading: "Training images, argmax (%)", format: "percent", cell: ({ line }) => line.accuracy },
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
  const lines = evaluatedOf(run);
  const best = (score: "argmax" | "tieInclusive") =>
    lines.reduce((a, b) => b.evaluation.snn[score] > a.evaluation.snn[score] ? b : a);
  return [
    {
      run,
      which: run.curve.length < run.config.training.epochs ? "last so far" : "last",
      line: lines.at(-1),
    },
    { run, which: "best by argmax (optimistic)", line: best("argmax") },
    { run, which: "best by ties included (optimistic)", line: best("tieInclusive") },
  ].flatMap((row) => row.line === undefined ? [] : [{ ...row, line: row.line }]);
}

function notesOf(runs: readonly ReleasedRun[]): string[] {
  const reported = [SNN_BY_PROXY, PROXY_ANN].flatMap((method) =>
    reportedValues("fashion-mnist", method).map(({ value, tag, metric }) =>
      `${method} ${value.toFixed(2)} % ${metric === "accuracy" ? "" : `${metric} `}(${tag})`
    )
  );
  return [
    ...runs.map((run) =>
      `${nameOf(run)}: ${scaleOf(run)}, ${Math.round(run.seconds / 60)} minutes of training.`
    ),
    `Reported: ${reported.join(", ")}; the abstract does not give its tie rule.`,
    "Tie-incl. counts a tie with the true class as correct, and so every silent image. Optimistic: the epoch was chosen on the test images.",
    ...runs.flatMap(hereNote),
  ];
}

/** What this library makes of the same weights. */
function hereNote(run: ReleasedRun): string[] {
  const { evaluatedHere } = run;
  const last = evaluatedOf(run).at(-1);
  if (evaluatedHere === undefined || last === undefined) return [];
  const text = ({ snn, ann }: { snn: { argmax: number; tieInclusive: number }; ann: { argmax: number } }) =>
    `${percent(snn.argmax)} argmax, ${percent(snn.tieInclusive)} tie-inclusive, ANN ${percent(ann.argmax)}`;
  return [
    `${nameOf(run)}, weights of epoch ${last.epoch}, simulated event by event with the kernels here: ${
      text(evaluatedHere)
    }; in PyTorch: ${text(last.evaluation)}.`,
  ];
}

/** "89.67 %". */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
