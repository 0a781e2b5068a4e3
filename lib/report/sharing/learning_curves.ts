import type { RunRecord } from "../../runs/record.ts";
import { epochAxis, epochTrace } from "../epoch_trace.ts";
import { axis, colour, emptyNote, type Figure, look } from "../figure.ts";
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
    data: groups.map(({ first, finished }, index) =>
      epochTrace(finished, "ann", `${networkLabel(first)}, ${sharingLabel(first)}`, { color: colour(index) })
    ),
    layout: {
      ...look(title, label, { width: 760, height: 430 }),
      xaxis: epochAxis(epochsOf(groups)),
      yaxis: axis("Test accuracy (%)"),
      annotations: groups.length > 0 ? [] : [emptyNote("No run has finished.")],
    },
  });
}

function epochsOf(groups: readonly RunGroup[]): number {
  return Math.max(0, ...groups.map(({ first }) => first.curve.length));
}
