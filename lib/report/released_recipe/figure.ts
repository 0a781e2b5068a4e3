import { reportedValues, SNN_BY_PROXY } from "../../experiments/reported.ts";
import { axis, colour, type Figure, GREY, look, type PointTrace, type Trace, WIDEST } from "../figure.ts";
import { legendAtRight } from "../legend_at_right.ts";
import { type Evaluated, evaluatedOf, nameOf, type ReleasedRun, scaleOf } from "./runs.ts";

/** Accuracy of the whole recipe after each evaluated epoch, under both tie rules, beside what is reported. */
export function releasedFigure(runs: readonly ReleasedRun[]): Figure {
  const title = "The released recipe, epoch by epoch";
  const reported = reportedValues("fashion-mnist", SNN_BY_PROXY);
  return legendAtRight({
    name: "released-recipe",
    title,
    caption:
      "Fashion-MNIST, 10,000 test images. Full lines: argmax; dotted: ties with the true class counted as correct; dashed: argmax of the proxy ANN. " +
      `Grey: reported (${
        reported.map(({ value, tag }) => `${value.toFixed(2)} %, ${tag}`).join("; ")
      }). One run each, ${runs.map((run) => `K = ${run.config.rule.target}: ${scaleOf(run)}`).join("; ")}.`,
    label: "",
    data: runs.flatMap(linesOf),
    layout: {
      ...look(title, "", { width: WIDEST, height: 460 }),
      xaxis: axis("Epoch", { range: [0, 101], dtick: 10 }),
      yaxis: axis("Test accuracy (%)", { range: [82, 98], dtick: 2 }),
      shapes: reported.map(({ value }) => ({
        ...{ type: "line", xref: "paper", x0: 0, x1: 1, y0: value, y1: value },
        line: { color: GREY, width: 1, dash: "dash" },
      })),
    },
  });
}

function linesOf(run: ReleasedRun, index: number): Trace[] {
  const lines = evaluatedOf(run);
  const line = (name: string, share: (one: Evaluated) => number, dash?: "dot" | "dash"): PointTrace => ({
    ...{ type: "scatter", mode: dash === undefined ? "lines+markers" : "lines", name },
    x: lines.map(({ epoch }) => epoch),
    y: lines.map((one) => 100 * share(one)),
    line: { color: colour(index), ...(dash === undefined ? {} : { dash }) },
    hovertemplate: "epoch %{x}: %{y:.2f} %<extra>%{fullData.name}</extra>",
  });
  return [
    line(`${nameOf(run)}, argmax`, ({ evaluation }) => evaluation.snn.argmax),
    line(`${nameOf(run)}, tie-incl.`, ({ evaluation }) => evaluation.snn.tieInclusive, "dot"),
    line(`its proxy ANN (K = ${run.config.rule.target})`, ({ evaluation }) => evaluation.ann.argmax, "dash"),
  ];
}
