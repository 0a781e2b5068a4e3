import type { RunRecord } from "../../runs/record.ts";
import { lastAccuracy } from "../comparison/methods.ts";
import { axis, emptyNote, type Figure, look, WIDEST } from "../figure.ts";
import { legendAtRight } from "../legend_at_right.ts";
import { logTicks } from "../log_ticks.ts";
import { spread } from "../frame.ts";
import { evaluatedLabel, reducedLabel, type RunGroup, seedsLabel } from "../label.ts";
import { requireSharedSpiking } from "../require_records.ts";
import { wordsOf } from "../words/all.ts";
import { type Compared, comparedAs, groupsByNetwork, networkAndRule } from "./rows.ts";

const SYMBOLS = {
  "none": "circle",
  "all": "square",
  "equal-narrow": "diamond",
  "equal-shallow": "triangle-up",
} as const satisfies Record<Compared, string>;

/** Test accuracy against parameters: a colour for each rule, a symbol for what is shared; error bars are one standard deviation. */
export function spikingAgainstParameters(records: readonly RunRecord[]): Figure {
  requireSharedSpiking("Drawing accuracy against parameters", records);
  const groups = groupsByNetwork(records).filter(({ finished }) => finished.length > 0);
  const title = "Accuracy against parameters, ANN and SNN";
  const label = reducedLabel(records);
  return legendAtRight({
    name: `${records[0]?.experiment ?? "spiking-sharing"}-against-parameters`,
    title,
    caption: `Argmax on ${evaluatedLabel(records)}, last epoch, ${
      seedsLabel(records)
    }; error bars are one standard deviation.`,
    label,
    data: groups.map(trace),
    layout: {
      ...look(title, label, { width: WIDEST, height: 440 }),
      xaxis: axis("Parameters", { type: "log", ...logTicks(groups.map(({ first }) => first.parameters)) }),
      yaxis: axis("Accuracy, argmax (%)"),
      annotations: groups.length > 0 ? [] : [emptyNote("No run has finished.")],
    },
  });
}

function trace({ first, finished }: RunGroup): Figure["data"][number] {
  const value = spread(finished.map(lastAccuracy));
  return {
    ...{ type: "scatter", mode: "markers", name: networkAndRule(first) },
    x: [first.parameters],
    y: [100 * (value?.mean ?? NaN)],
    error_y: { ...{ type: "data", thickness: 1.2, width: 3 }, array: [100 * (value?.sd ?? 0)] },
    marker: {
      ...{ color: wordsOf(first.config.rule).colour, size: 10 },
      symbol: SYMBOLS[comparedAs(first)],
    },
    hovertemplate: "%{x:,} parameters: %{y:.2f} %<extra>%{fullData.name}</extra>",
  };
}
