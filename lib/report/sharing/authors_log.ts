import { AUTHORS_LOG } from "../../experiments/sharing/convmixer_authors_log.ts";
import type { RunRecord } from "../../runs/record.ts";
import { accuracyTrace, epochAxis, epochTrace } from "../epoch_trace.ts";
import { axis, colour, type Figure, look } from "../figure.ts";
import { type Spread, spread } from "../frame.ts";
import { evaluatedLabel, groupRuns, reducedLabel, type RunGroup, seedsLabel } from "../label.ts";
import { legendAtRight } from "../legend_at_right.ts";
import { progressLabel } from "../progress_label.ts";
import { requireSharing } from "../require_records.ts";
import type { Report } from "../report.ts";
import { type Cell, type ColumnOf, makeTable, type Table } from "../table.ts";
import { sharingReport } from "./report.ts";
import { sharingLabel } from "./rows.ts";

const SOURCE = "README of locuslab/convmixer-cifar10";

/** Tables and figures of kernels shared by the authors' recipe, beside what the authors publish. */
export const authorsReport: Report = {
  tables: (records) => [...sharingReport.tables(records), againstAuthorsTable(records)],
  figures: (records) => [...sharingReport.figures(records), againstAuthors(records)],
};

/** Accuracy after every epoch, here and in the authors' log. */
export function againstAuthorsTable(records: readonly RunRecord[]): Table {
  requireSharing("Comparing runs with the authors' log", records);
  const groups = groupRuns(records).filter(({ finished }) => finished.length > 0);
  const percent = (group: string, heading: string, cell: (epoch: number) => Cell): ColumnOf<number> => ({
    ...{ group, heading, format: "percent", cell },
  });
  const logged = (what: "train" | "test") => (epoch: number) => AUTHORS_LOG[epoch - 1]?.[what] ?? null;
  return makeTable(
    {
      name: `${records[0]?.experiment ?? "sharing"}-against-authors`,
      title: "Epoch by epoch beside the authors' log",
      caption: `Accuracy on ${evaluatedLabel(records)} and on the training images as they are augmented, ${
        seedsLabel(records)
      }.`,
      label: reducedLabel(records),
      notes: [
        `Authors: one run, ${SOURCE}, in mixed precision; here in single precision, without each epoch's last, incomplete batch.`,
      ],
    },
    [
      { heading: "Epoch", format: "integer", cell: (epoch) => epoch },
      percent("Authors (%)", "training", logged("train")),
      percent("Authors (%)", "test", logged("test")),
      ...groups.flatMap((group) => [
        percent(`${nameOf(group)} (%)`, "training", (epoch) => meanOf(group, "train", epoch)),
        percent(`${nameOf(group)} (%)`, "test", (epoch) => meanOf(group, "test", epoch)),
      ]),
    ],
    epochsOf(groups),
  );
}

/** Test accuracy after every epoch, here and in the authors' log. */
export function againstAuthors(records: readonly RunRecord[]): Figure {
  requireSharing("Drawing runs beside the authors' log", records);
  const groups = groupRuns(records).filter(({ finished }) => finished.length > 0);
  const title = "Test accuracy per epoch beside the authors' log";
  const label = reducedLabel(records);
  return legendAtRight({
    name: `${records[0]?.experiment ?? "sharing"}-against-authors`,
    title,
    caption: `${evaluatedLabel(records)}, ${seedsLabel(records)}. Authors: ${SOURCE}, one run.`,
    label,
    data: [
      accuracyTrace(AUTHORS_LOG.map(({ epoch, test }) => [epoch, test]), "authors, shared: none", {
        ...{ color: "#555555", dash: "dash" },
      }),
      ...groups.map((group, index) =>
        epochTrace(group.finished, "ann", nameOf(group), { color: colour(index) })
      ),
    ],
    layout: {
      ...look(title, label, { width: 760, height: 430 }),
      xaxis: epochAxis(AUTHORS_LOG.length),
      yaxis: axis("Test accuracy (%)"),
    },
  });
}

function nameOf({ first }: RunGroup): string {
  return `here, shared: ${sharingLabel(first)}${progressLabel(first)}`;
}

/** From the first epoch to the last one that some run has done. */
function epochsOf(groups: readonly RunGroup[]): number[] {
  const epochs = groups.flatMap(({ finished }) => finished.map(({ curve }) => curve.length));
  return Array.from({ length: Math.max(0, ...epochs) }, (_, index) => index + 1);
}

function meanOf({ finished }: RunGroup, what: "train" | "test", epoch: number): Spread | null {
  const accuracies = finished.flatMap(({ curve }) => {
    const line = curve.find((line) => line.epoch === epoch);
    return (what === "train" ? line?.train.accuracy : line?.evaluation?.ann?.argmax) ?? [];
  });
  return spread(accuracies);
}
