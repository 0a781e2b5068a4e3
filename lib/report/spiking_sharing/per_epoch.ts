import type { RunRecord } from "../../runs/record.ts";
import { livesOf } from "../frame.ts";
import { epochAxis, epochTrace } from "../epoch_trace.ts";
import { axis, colour, emptyNote, type Figure, look } from "../figure.ts";
import { evaluatedLabel, isSpiking, reducedLabel, seedsLabel } from "../label.ts";
import { legendAtRight } from "../legend_at_right.ts";
import { requireSharedSpiking } from "../require_records.ts";
import { groupsByNetwork, networkAndRule } from "./rows.ts";

/** Argmax accuracy after every epoch: of SNNs, and dashed of the ANNs that they share their weights with. */
export function spikingCurves(records: readonly RunRecord[]): Figure {
  requireSharedSpiking("Drawing accuracy per epoch", records);
  const groups = groupsByNetwork(records).filter(({ finished }) => finished.length > 0);
  const title = "Accuracy per epoch";
  const label = reducedLabel(records);
  return legendAtRight({
    name: `${records[0]?.experiment ?? "spiking-sharing"}-per-epoch`,
    title,
    caption: `${evaluatedLabel(records)}, ${
      seedsLabel(records)
    }; means over seeds. Dashed: the ANN that shares its weights with the SNN of the same colour.`,
    label,
    data: groups.flatMap(({ first, finished }, index) =>
      livesOf(first).map((life) => {
        const its = life === "ann" && isSpiking(first);
        const line = { color: colour(index), ...(its ? { dash: "dash" as const } : {}) };
        const trace = epochTrace(finished, life, `${networkAndRule(first)}${its ? ", its ANN" : ""}`, line);
        return its ? { ...trace, showlegend: false } : trace;
      })
    ),
    layout: {
      ...look(title, label, { width: 760, height: 430 }),
      xaxis: epochAxis(Math.max(0, ...groups.map(({ first }) => first.curve.length))),
      yaxis: axis("Test accuracy (%)"),
      annotations: groups.length > 0 ? [] : [emptyNote("No run has finished.")],
    },
  });
}
