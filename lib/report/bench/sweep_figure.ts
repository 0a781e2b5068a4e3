import { axis, colour, type Figure, look } from "../figure.ts";
import { logTicks } from "../log_ticks.ts";
import { circumstances, type Size, type SweepReport } from "./measurements.ts";

const TITLES: Record<Size, { axis: string; figure: string }> = {
  T: { axis: "Time steps T", figure: "Time of a step against the number of time steps" },
  batch: { axis: "Batch (images)", figure: "Time of a step against the batch" },
  width: { axis: "Width (1 is the published network)", figure: "Time of a step against the network's width" },
  density: {
    axis: "Spikes per neuron and time step",
    figure: "Time of a step against the density of spikes",
  },
};

/** How the time of a step grows with one size, a line per workload; error bars from the fastest to the slowest repeat. */
export function benchmarkSweep(report: SweepReport, size: Size): Figure {
  const points = report.points.filter((point) => point.size === size);
  const workloads = [...new Set(points.map(({ workload }) => workload))];
  const { figure: title, axis: xTitle } = TITLES[size];
  const values = [...new Set(points.map(({ value }) => value))].sort((a, b) => a - b);
  const label = (value: number) => size === "density" ? `${100 * value} %` : String(value);
  return {
    name: `benchmark-${size}`,
    title,
    caption: `${circumstances(report)}; all other sizes are the workload's own. Both axes are logarithmic.`,
    label: "",
    data: workloads.map((workload, index) => {
      const line = points.filter((point) => point.workload === workload);
      return {
        ...{ type: "scatter", mode: "lines+markers", name: workload },
        x: line.map(({ value }) => value),
        y: line.map(({ milliseconds }) => milliseconds),
        error_y: {
          ...{ type: "data", symmetric: false, thickness: 1.2, width: 3 },
          array: line.map(({ milliseconds, range }) => range[1] - milliseconds),
          arrayminus: line.map(({ milliseconds, range }) => milliseconds - range[0]),
        },
        line: { color: colour(index) },
        hovertemplate: "%{x}: %{y:.0f} ms<extra>%{fullData.name}</extra>",
      };
    }),
    layout: {
      ...look(title, "", { width: 760, height: 430 }),
      xaxis: axis(xTitle, { type: "log", tickvals: values, ticktext: values.map(label) }),
      yaxis: axis("Time of a step (ms)", {
        type: "log",
        ...logTicks(points.map(({ milliseconds }) => milliseconds)),
      }),
      showlegend: true,
      legend: { orientation: "h", x: 1, xanchor: "right", y: 1, yanchor: "bottom" },
    },
  };
}
