import type { RunRecord } from "../../runs/record.ts";
import { axis, colour, emptyNote, type Figure, look } from "../figure.ts";
import { logTicks } from "../log_ticks.ts";
import { spread } from "../frame.ts";
import {
  changesLabel,
  evaluatedLabel,
  groupRuns,
  reducedLabel,
  type RunGroup,
  seedsLabel,
} from "../label.ts";
import { type Family, familyOf, networkLabel, sharingLabel, testAccuracy } from "./rows.ts";
import { requireSharing } from "../require_records.ts";

const FAMILIES: readonly Family[] = ["unshared", "shared", "equal parameters"];
const SYMBOLS = {
  "unshared": "circle",
  "shared": "square",
  "equal parameters": "diamond",
} as const satisfies Record<Family, string>;

/** Test accuracy against the number of parameters, by family; error bars are one standard deviation over seeds. */
export function accuracyAgainstParameters(records: readonly RunRecord[]): Figure {
  requireSharing("Drawing accuracy against parameters", records);
  const groups = groupRuns(records).filter(({ finished }) => finished.length > 0);
  const title = "Accuracy against parameters";
  const label = reducedLabel(records);
  return {
    name: `${records[0]?.experiment ?? "sharing"}-against-parameters`,
    title,
    caption: `${evaluatedLabel(records)}, last epoch, ${
      seedsLabel(records)
    }; error bars are one standard deviation.`,
    label,
    data: FAMILIES.map((family, index) => {
      const some = groups.filter(({ first }) => familyOf(first) === family);
      const spreads = some.map(({ finished }) => spread(finished.map(testAccuracy)));
      return {
        ...{ type: "scatter", mode: "markers", name: family },
        x: some.map(({ first }) => first.parameters),
        y: spreads.map((one) => 100 * (one?.mean ?? NaN)),
        error_y: {
          ...{ type: "data", thickness: 1.2, width: 3 },
          array: spreads.map((one) => one?.sd === null || one === null ? 0 : 100 * one.sd),
        },
        marker: { color: colour(index), symbol: SYMBOLS[family], size: 9 },
        text: some.map(({ first }) => `${networkLabel(first)}, ${sharingLabel(first)}`),
        hovertemplate: "%{text}: %{y:.2f} %, %{x:,} parameters<extra>%{fullData.name}</extra>",
      };
    }),
    layout: {
      ...look(title, label, { width: 760, height: 460 }),
      xaxis: axis("Parameters", { type: "log", ...logTicks(groups.map(({ first }) => first.parameters)) }),
      yaxis: axis("Test accuracy (%)"),
      showlegend: true,
      legend: { orientation: "h", x: 1, xanchor: "right", y: 1, yanchor: "bottom" },
      annotations: groups.length > 0 ? groups.flatMap(changeNote) : [emptyNote("No run has finished.")],
    },
  };
}

/** What differs in a changed run, at its point; others have their family's colour alone. */
function changeNote({ first, finished }: RunGroup): Record<string, unknown>[] {
  const text = changesLabel(first).trim();
  if (text === "") return [];
  const y = 100 * (spread(finished.map(testAccuracy))?.mean ?? NaN);
  return [{
    text,
    x: Math.log10(first.parameters),
    y,
    ax: 0,
    ay: -28,
    arrowwidth: 1,
    bgcolor: "rgba(255,255,255,0.8)",
    font: { size: 11 },
  }];
}
