import type { RunRecord } from "../../runs/record.ts";
import { axis, colour, emptyNote, type Figure, look, type Trace } from "../figure.ts";
import { spread } from "../frame.ts";
import { evaluatedLabel, groupRuns, reducedLabel, type RunGroup, seedsLabel } from "../label.ts";
import { depthOf, familyOf, sharingLabel, testAccuracy, trainingAccuracy } from "./rows.ts";
import { requireSharing } from "../require_records.ts";

/** What can be drawn against depth, as a fraction. */
interface Quantity {
  name: string;
  title: string;
  axis: string;
  of: (record: RunRecord) => number;
}

const ACCURACY: Quantity = {
  name: "against-depth",
  title: "Accuracy against depth",
  axis: "Test accuracy (%)",
  of: testAccuracy,
};

const GAP: Quantity = {
  name: "gap",
  title: "Gap between training and test images against depth",
  axis: "Training minus test accuracy (points)",
  of: (record) => trainingAccuracy(record) - testAccuracy(record),
};

/** Test accuracy against depth: a network that shares everything can be deeper at almost no parameter. */
export function accuracyAgainstDepth(records: readonly RunRecord[]): Figure {
  requireSharing("Drawing accuracy against depth", records);
  return againstDepth(records, ACCURACY);
}

/** The gap between training and test accuracy against depth, with and without sharing: does sharing regularise? */
export function trainTestGap(records: readonly RunRecord[]): Figure {
  requireSharing("Drawing the gap between training and test", records);
  return againstDepth(records, GAP);
}

/** One line for the networks that share nothing, one for those that share everything. */
function againstDepth(records: readonly RunRecord[], quantity: Quantity): Figure {
  const groups = groupRuns(records)
    .filter(({ first, finished }) => finished.length > 0 && familyOf(first) !== "equal parameters");
  const lines = { "nothing shared": ["none"], "all kernels shared": ["all", "all stages"] };
  const label = reducedLabel(records);
  const depths = [...new Set(groups.map(({ first }) => depthOf(first.config.network)))].sort((a, b) => a - b);
  return {
    name: `${records[0]?.experiment ?? "sharing"}-${quantity.name}`,
    title: quantity.title,
    caption: `${evaluatedLabel(records)}, last epoch, ${
      seedsLabel(records)
    }; error bars are one standard deviation.`,
    label,
    data: Object.entries(lines).map(([name, sharings], index) =>
      line(name, index, groups.filter(({ first }) => sharings.includes(sharingLabel(first))), quantity)
    ),
    layout: {
      ...look(quantity.title, label, { width: 760, height: 430 }),
      xaxis: axis("Depth", { type: "log", tickvals: depths, ticktext: depths.map(String) }),
      yaxis: axis(quantity.axis),
      showlegend: true,
      legend: { orientation: "h", x: 1, xanchor: "right", y: 1, yanchor: "bottom" },
      annotations: groups.length > 0 ? [] : [emptyNote("No run has finished.")],
    },
  };
}

function line(name: string, index: number, groups: RunGroup[], { of }: Quantity): Trace {
  const points = groups.map(({ first, finished }) => ({
    depth: depthOf(first.config.network),
    parameters: first.parameters,
    value: spread(finished.map(of)),
  })).sort((a, b) => a.depth - b.depth);
  return {
    ...{ type: "scatter", mode: "lines+markers", name },
    x: points.map(({ depth }) => depth),
    y: points.map(({ value }) => 100 * (value?.mean ?? NaN)),
    error_y: {
      ...{ type: "data", thickness: 1.2, width: 3 },
      array: points.map(({ value }) => 100 * (value?.sd ?? 0)),
    },
    line: { color: colour(index) },
    text: points.map(({ parameters }) => `${parameters.toLocaleString("en-US")} parameters`),
    hovertemplate: "depth %{x}: %{y:.2f}, %{text}<extra>%{fullData.name}</extra>",
  };
}
