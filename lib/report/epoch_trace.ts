import { isEvaluated } from "../learning/metrics.ts";
import type { Life, RunRecord } from "../runs/record.ts";
import { type Axis, axis, type Trace } from "./figure.ts";
import { spread } from "./frame.ts";

/** A line's colour, and how it is drawn. */
export interface EpochLine {
  color: string;
  dash?: "dash";
}

/** Argmax accuracy of one life after every epoch that was evaluated, the mean over runs that differ by seed. */
export function epochTrace(runs: readonly RunRecord[], life: Life, name: string, line: EpochLine): Trace {
  const epochs = (runs[0]?.curve ?? []).filter(isEvaluated).map(({ epoch }) => epoch);
  const at = (epoch: number) =>
    runs.flatMap(({ curve }) => curve.find((line) => line.epoch === epoch)?.evaluation?.[life]?.argmax ?? []);
  return accuracyTrace(epochs.map((epoch) => [epoch, spread(at(epoch))?.mean ?? NaN]), name, line);
}

/** Accuracies by their epochs. */
export function accuracyTrace(
  points: readonly (readonly [epoch: number, accuracy: number])[],
  name: string,
  line: EpochLine,
): Trace {
  return {
    ...{ type: "scatter", mode: "lines+markers", name },
    x: points.map(([epoch]) => epoch),
    y: points.map(([, accuracy]) => 100 * accuracy),
    line,
    hovertemplate: "epoch %{x}: %{y:.2f} %<extra>%{fullData.name}</extra>",
  };
}

/** An axis of epochs: at most ten steps of a round number. */
export function epochAxis(epochs: number): Axis {
  const tick = [1, 2, 5, 10, 20, 50].find((tick) => epochs <= 10 * tick) ?? 100;
  return axis("Epoch", { rangemode: "tozero", dtick: tick });
}
