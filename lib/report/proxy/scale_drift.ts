import { isEvaluated } from "../../learning/metrics.ts";
import type { Life, RunRecord } from "../../runs/record.ts";
import { axis, colour, emptyNote, type Figure, look, type PointTrace, WIDEST } from "../figure.ts";
import { legendAtRight } from "../legend_at_right.ts";
import { logTicks } from "../log_ticks.ts";
import { livesOf, spread } from "../frame.ts";
import { evaluatedLabel, reducedLabel, rowLabel, type RunGroup, spikingGroups } from "../label.ts";

/**
 * The loss of both lives' own outputs per epoch, on a logarithmic axis. Nothing holds the scale of the proxy's output: its
 * value is replaced, so the loss never sees it.
 */
export function scaleDrift(records: readonly RunRecord[]): Figure {
  const groups = spikingGroups(records).filter(({ first, finished }) =>
    finished.length > 0 && livesOf(first).length === 2
  );
  const title = "The proxy's own output drifts away";
  const label = reducedLabel(records);
  const traces = groups.flatMap(({ first, finished }, index) =>
    livesOf(first).map((life) => trace({ first, finished }, life, colour(index)))
  );
  return legendAtRight({
    name: `${records[0]?.experiment ?? "proxy"}-scale-drift`,
    title,
    caption: `${
      evaluatedLabel(records)
    }: mean squared distance of each life's output from the target, mean over seeds. What is trained is the SNN's.`,
    label,
    data: traces,
    layout: {
      ...look(title, label, { width: WIDEST, height: 440 }),
      xaxis: axis("Epoch", { rangemode: "tozero" }),
      yaxis: axis("Loss of its own output", {
        ...{ type: "log", ...logTicks(traces.flatMap(({ y }) => y)) },
      }),
      annotations: groups.length > 0 ? [] : [emptyNote("No run with both lives has finished.")],
    },
  });
}

function trace(
  { first, finished }: Pick<RunGroup, "first" | "finished">,
  life: Life,
  ink: string,
): PointTrace & { y: number[] } {
  const lines = finished.flatMap(({ curve }) => curve.filter(isEvaluated));
  const x = [...new Set(lines.map(({ epoch }) => epoch))].sort((a, b) => a - b);
  const losses = (at: number) =>
    lines.filter(({ epoch }) => epoch === at).flatMap(({ evaluation }) => evaluation[life]?.loss ?? []);
  const name = rowLabel(first, life);
  return {
    ...{ type: "scatter", mode: "lines+markers", name, x },
    y: x.map((epoch) => spread(losses(epoch))?.mean ?? NaN),
    line: { color: ink, width: 2.2, dash: life === "snn" ? "solid" : "dash" },
    marker: { color: ink, size: 6, symbol: life === "snn" ? "circle" : "square" },
    hovertemplate: `epoch %{x}: %{y:.3g}<extra>${name}</extra>`,
  };
}
