import {
  axis,
  axisKey,
  axisName,
  colour,
  type Figure,
  GREY,
  look,
  type Mark,
  type Trace,
} from "../figure.ts";
import { logTicks } from "../log_ticks.ts";
import {
  circumstances,
  fasterLayouts,
  instructionSetOf,
  peerLabel,
  type PeerReport,
  speedRatio,
} from "./measurements.ts";

/** Of a panel, and of what stands above and below all of them, in pixels. */
const HEIGHT = { panel: 270, around: 130 };
/** Between panels, as a part of one. */
const GAP = 0.16;

/** How many times as fast as each peer we are, one group of bars per workload; a panel for each machine. */
export function benchmarkRatios(reports: readonly PeerReport[]): Figure {
  const panels = reports.map(barsOf);
  const peers = [...new Set(panels.flat().map(({ who }) => who.computer))];
  const title = "Speed against other libraries";
  const base = look(title, "", { width: 860, height: reports.length * HEIGHT.panel + HEIGHT.around });
  const machines = reports.map(circumstances);
  const domain = (panel: number): [number, number] => [
    1 - (panel + 1) / reports.length,
    1 - (panel + (panel > 0 ? GAP : 0)) / reports.length,
  ];
  return {
    name: "benchmark-ratios",
    title,
    caption: `Their time over ours for a step; above 1 we are faster. ${machines.join("; ")}.`,
    label: "",
    data: panels.flatMap((bars, panel) => peers.map((peer, index) => traceOf(peer, index, bars, panel))),
    layout: {
      ...base,
      barmode: "group",
      xaxis: axis("Workload", {
        ...{ type: "category", showgrid: false, anchor: axisName("y", reports.length - 1) },
      }),
      ...Object.fromEntries(panels.map((bars, panel) => [
        axisKey("y", panel),
        axis("Their time / ours", {
          type: "log",
          domain: domain(panel),
          ...logTicks(bars.map(({ ratio }) => ratio)),
        }),
      ])),
      shapes: panels.map((_, panel): Mark => ({
        ...{ type: "line", xref: "paper", x0: 0, x1: 1, yref: axisName("y", panel) as "y", y0: 1, y1: 1 },
        line: { color: GREY, dash: "dash", width: 1.5 },
      })),
      annotations: reports.map((report, panel) => ({
        text: `${instructionSetOf(report).label} (${report.machine.cpu})`,
        ...{ x: 0, xref: "paper", xanchor: "left", y: domain(panel)[1], yref: "paper", yanchor: "bottom" },
        ...{ showarrow: false, font: { size: 12 } },
      })),
      showlegend: true,
      legend: { orientation: "h", x: 1, xanchor: "right", y: 1, yanchor: "bottom" },
    },
  };
}

interface Bar {
  workload: string;
  who: { computer: string };
  ratio: number;
}

function barsOf({ results }: PeerReport): Bar[] {
  return results.flatMap(({ spec, comparisons }) =>
    fasterLayouts(comparisons).map((comparison) => ({
      ...{ workload: spec.name, who: comparison.who, ratio: speedRatio(comparison) },
    }))
  );
}

function traceOf(computer: string, index: number, bars: readonly Bar[], panel: number): Trace {
  const some = bars.filter(({ who }) => who.computer === computer);
  return {
    type: "bar",
    name: peerLabel({ who: { computer } }),
    ...{ xaxis: "x", yaxis: axisName("y", panel), showlegend: panel === 0, legendgroup: computer },
    x: some.map(({ workload }) => workload),
    y: some.map(({ ratio }) => ratio),
    text: some.map(({ ratio }) => `${ratio.toFixed(1)}×`),
    ...{ textposition: "outside", textfont: { size: 11 }, cliponaxis: false },
    marker: { color: colour(index) },
    hovertemplate: "%{x}: %{y:.2f} times as fast<extra>%{fullData.name}</extra>",
  };
}
