import { from, op } from "arquero";
import { findExperiment } from "../experiments/experiments.ts";
import { converts } from "../learning/rules/all.ts";
import type { RunRecord } from "../runs/record.ts";
import { uniqueRecords } from "./frame.ts";
import { makeTable, type Table } from "./table.ts";

/** What runs took together. */
interface Effort {
  runs: number;
  epochs: number;
  /** Training images that were seen, however often. */
  images: number;
  hours: number;
  /** Hours times threads. */
  threadHours: number;
}

type Line = Effort & { title: string };

/** How long the runs took, also changed ones, an experiment each and all together, counted from their records. */
export function effortTable(records: readonly RunRecord[]): Table {
  const efforts = from(uniqueRecords(records).map(effortOf));
  const sums = { runs: op.count(), ...Object.fromEntries(SUMMED.map((name) => [name, op.sum(name)])) };
  const all = efforts.rollup(sums).derive({ title: () => "All" });
  const lines = [efforts.groupby("title").rollup(sums), all].flatMap((table) => table.objects() as Line[]);
  return makeTable(
    {
      name: "effort",
      title: "Hours of compute",
      caption:
        "What the runs behind all tables and the changed ones of notebooks took, counted from their records.",
      label: "",
      notes: [
        "Hours: time that passed in training, evaluation and the last look at each network, all sessions of interrupted runs together.",
        "Thread-hours: hours times threads, none of what a GPU trained, whose hours are of nine runs at once. Machines were shared with other work: an idle one is faster.",
      ],
    },
    [
      { heading: "Experiment", format: "text", cell: ({ title }) => title },
      { heading: "Runs", format: "integer", cell: ({ runs }) => runs },
      { heading: "Epochs", format: "integer", cell: ({ epochs }) => epochs },
      { heading: "Training images (M)", format: "decimal", digits: 2, cell: ({ images }) => images / 1e6 },
      { heading: "Hours", format: "decimal", digits: 2, cell: ({ hours }) => hours },
      { heading: "Thread-hours", format: "decimal", digits: 2, cell: ({ threadHours }) => threadHours },
    ],
    lines,
  );
}

const SUMMED = ["epochs", "images", "hours", "threadHours"] as const;

/** Of a conversion the epochs are its ANN's, which has a record of its own. */
function effortOf({ experiment, config, curve, cost, provenance }: RunRecord) {
  const epochs = converts(config.rule) ? 0 : curve.length;
  const hours = cost.wallSeconds / 3600;
  return {
    title: findExperiment(experiment).title,
    ...{ epochs, images: epochs * config.data.trainImages },
    ...{ hours, threadHours: provenance.trainedBy === undefined ? hours * provenance.threads : 0 },
  };
}
