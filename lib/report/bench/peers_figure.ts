import { axis, colour, type Figure, GREY, logTicks, look } from "../figure.ts";
import { circumstances, fasterLayouts, peerLabel, type PeerReport, speedRatio } from "./measurements.ts";

/** How many times as fast as each peer we are, one group of bars per workload. */
export function benchmarkRatios(report: PeerReport): Figure {
  const rows = report.results.flatMap(({ spec, comparisons }) =>
    fasterLayouts(comparisons).map((comparison) => ({ workload: spec.name, comparison }))
  );
  const peers = [...new Set(rows.map(({ comparison }) => comparison.who.computer))];
  const title = "Speed against other libraries";
  const base = look(title, "", { width: 860, height: 460 });
  return {
    name: "benchmark-ratios",
    title,
    caption: `Their time over ours for a step, ${circumstances(report)}; above 1 we are faster.`,
    label: "",
    data: peers.map((peer, index) => {
      const some = rows.filter(({ comparison }) => comparison.who.computer === peer);
      return {
        type: "bar",
        name: peerLabel({ ...(some[0] as typeof rows[number]).comparison, who: { computer: peer } }),
        x: some.map(({ workload }) => workload),
        y: some.map(({ comparison }) => speedRatio(comparison)),
        text: some.map(({ comparison }) => `${speedRatio(comparison).toFixed(1)}×`),
        ...{ textposition: "outside", textfont: { size: 11 }, cliponaxis: false },
        marker: { color: colour(index) },
        hovertemplate: "%{x}: %{y:.2f} times as fast<extra>%{fullData.name}</extra>",
      };
    }),
    layout: {
      ...base,
      barmode: "group",
      xaxis: axis("Workload", { type: "category", showgrid: false }),
      yaxis: axis("Their time / ours", {
        type: "log",
        ...logTicks(rows.map(({ comparison }) => speedRatio(comparison))),
      }),
      shapes: [{
        ...{ type: "line", xref: "paper", x0: 0, x1: 1, y0: 1, y1: 1 },
        line: { color: GREY, dash: "dash", width: 1.5 },
      }],
      showlegend: true,
      legend: { orientation: "h", x: 1, xanchor: "right", y: 1, yanchor: "bottom" },
    },
  };
}
