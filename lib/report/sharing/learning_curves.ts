import type { RunRecord } from "../../runs/record.ts";
import { isEvaluated } from "../../learning/metrics.ts";
import { axis, colour, emptyNote, type Figure, look, type Trace } from "../figure.ts";
import { spread } from "../frame.ts";
import { legendAtRight } from "../legend_at_right.ts";
import { evaluatedLabel, groupRuns, reducedLabel, type RunGroup, seedsLabel } from "../label.ts";
import { networkLabel, sharingLabel } from "./rows.ts";
import { requireSharing } from "../require_records.ts";

/** The rows whose curves are drawn: the sharing schemes at the base depth. */
const DRAWN = ["none", "depthwise", "pointwise", "all", "none-1", "all-1"];

/** Test accuracy after every epoch, mean over seeds, of the sharing schemes at the base depth. */
export function sharingCurves(records: readonly RunRecord[]): Figure {
  requireSharing("Drawing learning curves by shared kernels", records);
  const groups = groupRuns(records)
    .filter(({ first, finished }) => finished.length > 0 && DRAWN.includes(first.row));
  const title = "Test accuracy per epoch";
  const label = reducedLabel(records);
  return legendAtRight({
    name: `${records[0]?.experiment ?? "sharing"}-curves`,
    title,
    caption: `${evaluatedLabel(records)}, ${seedsLabel(records)}; means over seeds.`,
    label,
    data: groups.map((group, index) => curve(group, index)),
    layout: {
      ...look(title, label, { width: 760, height: 430 }),
      xaxis: axis("Epoch", { rangemode: "tozero", dtick: epochTick(epochsOf(groups)) }),
      yaxis: axis("Test accuracy (%)"),
      annotations: groups.length > 0 ? [] : [emptyNote("No run has finished.")],
    },
  });
}

/** A round number of epochs, at most ten of which are all. */
function epochTick(epochs: number): number {
  return [1, 2, 5, 10, 20, 50].find((tick) => epochs <= 10 * tick) ?? 100;
}

function epochsOf(groups: readonly RunGroup[]): number {
  return Math.max(0, ...groups.map(({ first }) => first.curve.length));
}

function curve({ first, finished }: RunGroup, index: number): Trace {
  const epochs = first.curve.filter(isEvaluated).map(({ epoch }) => epoch);
  const at = (epoch: number) =>
    finished.flatMap(({ curve }) =>
      curve.find((line) => line.epoch === epoch)?.evaluation?.ann?.argmax ?? []
    );
  return {
    ...{ type: "scatter", mode: "lines+markers", name: `${networkLabel(first)}, ${sharingLabel(first)}` },
    x: epochs,
    y: epochs.map((epoch) => 100 * (spread(at(epoch))?.mean ?? NaN)),
    line: { color: colour(index) },
    hovertemplate: "epoch %{x}: %{y:.2f} %<extra>%{fullData.name}</extra>",
  };
}
