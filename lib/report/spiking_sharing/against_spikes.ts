import type { RunRecord } from "../../runs/record.ts";
import { spikingMethods } from "../comparison/methods.ts";
import { readOutFigure } from "../comparison/read_out_figure.ts";
import { readOuts } from "../comparison/time_and_cost.ts";
import { axis, type Figure } from "../figure.ts";
import { logTicks } from "../log_ticks.ts";
import { requireSharedSpiking } from "../require_records.ts";
import { networkAndRule } from "./rows.ts";

/** Argmax accuracy of every SNN against the spikes that an image has cost until it is read out. */
export function accuracyAgainstSpikes(records: readonly RunRecord[]): Figure {
  requireSharedSpiking("Drawing accuracy against spikes", records);
  const counts = spikingMethods(records).flatMap(({ finished }) =>
    finished.flatMap((record) => readOuts(record).map(({ spikes }) => spikes))
  );
  const least = Math.max(1, Math.max(...counts, 0) / 1_000);
  return readOutFigure(records, {
    name: "against-spikes",
    title: "Accuracy against spikes",
    caption:
      "One simulation of each trained SNN, read out after every step, from a thousandth of the largest count of spikes on",
    xaxis: axis("Spikes of all neurons for an image", {
      type: "log",
      ...logTicks(counts.filter((count) => count >= least)),
    }),
    x: ({ spikes }) => spikes,
    least,
    ann: () => ({ shapes: [], data: [] }),
    nameOf: networkAndRule,
  });
}
