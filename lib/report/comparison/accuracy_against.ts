import type { RunRecord } from "../../runs/record.ts";
import { axis, type Figure, GREY, INK } from "../figure.ts";
import { logTicks } from "../log_ticks.ts";
import { requireTwoLives } from "../require_records.ts";
import { spikingMethods } from "./methods.ts";
import { annLevels, readOutFigure } from "./read_out_figure.ts";
import { readOuts } from "./time_and_cost.ts";

/** Argmax accuracy of every trained SNN when it is read out after t steps; the ANN's as a level. */
export function accuracyAgainstTime(records: readonly RunRecord[]): Figure {
  requireTwoLives("Drawing accuracy against time steps", records);
  const steps = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
  return readOutFigure(records, {
    name: "over-time",
    title: "Accuracy against the number of time steps",
    caption:
      "One simulation of each trained SNN, read out after every step; bands are one standard deviation",
    xaxis: axis("Time steps t at read-out", { type: "log", tickvals: steps, ticktext: steps.map(String) }),
    x: ({ t }) => t,
    least: 1,
    ann: (level) => ({
      shapes: [{
        ...{ type: "line", xref: "paper", x0: 0, x1: 1, y0: level.accuracy, y1: level.accuracy },
        line: { color: INK, width: 1.5, dash: "dash" },
      }],
      data: [{
        ...{ type: "scatter", mode: "lines", x: [null], y: [null], name: level.name },
        line: { color: INK, width: 1.5, dash: "dash" },
      }],
    }),
  });
}

/** The same against what an image has cost until then: synaptic operations; the ANN at its multiply-accumulates. */
export function accuracyAgainstOperations(records: readonly RunRecord[]): Figure {
  requireTwoLives("Drawing accuracy against operations", records);
  const least = Math.max(0, ...annLevels(records).map(({ macs }) => macs / 1000));
  const operations = spikingMethods(records).flatMap(({ finished }) =>
    finished.flatMap((record) => readOuts(record).map((readOut) => readOut.operations))
  ).filter((some) => some >= least);
  return readOutFigure(records, {
    name: "against-operations",
    title: "Accuracy against synaptic operations",
    caption:
      "One simulation of each trained SNN, read out after every step, from a thousandth of the ANN's multiply-accumulates on; the ANN at these",
    xaxis: axis("Synaptic operations for an image", { type: "log", ...logTicks(operations) }),
    x: ({ operations }) => operations,
    least,
    ann: ({ name, accuracy, macs }) => ({
      shapes: [{
        ...{ type: "line", yref: "paper", y0: 0, y1: 1, x0: macs, x1: macs },
        line: { color: GREY, width: 1.2, dash: "dot" },
      }],
      data: [{
        ...{ type: "scatter", mode: "markers", x: [macs], y: [accuracy], name },
        marker: { color: INK, symbol: "star", size: 12 },
        hovertemplate: "%{x:.3s} multiply-accumulates: %{y:.2f} %<extra>%{fullData.name}</extra>",
      }],
    }),
  });
}
