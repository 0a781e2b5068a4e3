import { spread } from "../frame.ts";
import { type AxisName, type PointTrace, translucent } from "../figure.ts";

/** One point per x: the values of all seeds that reached it. */
export interface Series {
  x: number[];
  values: number[][];
}

export interface LineLook {
  name: string;
  colour: string;
  dash?: "solid" | "dash" | "dot" | "dashdot";
  /** Traces of one group are switched on and off together. */
  group: string;
  legend?: boolean;
  markers?: boolean;
  yaxis?: AxisName;
}

/** The line of means (in percent) of shares and, with several seeds, a band of one standard deviation around it, within 0 to 100 %. */
export function seriesTraces({ x, values }: Series, style: LineLook): PointTrace[] {
  const spreads = values.map((some) => spread(some));
  const means = spreads.map((one) => one === null ? null : 100 * one.mean);
  const axes = { x, yaxis: style.yaxis ?? "y" } as const;
  const line: PointTrace = {
    ...axes,
    type: "scatter",
    mode: style.markers === true ? "lines+markers" : "lines",
    y: means,
    name: style.name,
    legendgroup: style.group,
    showlegend: style.legend ?? true,
    line: { color: style.colour, width: style.dash === "dot" ? 1.8 : 2.2, dash: style.dash ?? "solid" },
    marker: { color: style.colour, size: 6 },
    hovertemplate: `%{x}: %{y:.2f} %<extra>${style.name}</extra>`,
  };
  if (spreads.every((one) => one?.sd == null)) return [line];
  return [band(spreads, style, axes), line];
}

function band(
  spreads: ReturnType<typeof spread>[],
  { colour, group }: LineLook,
  { x, yaxis }: { x: number[]; yaxis: AxisName },
): PointTrace {
  const known = spreads.flatMap((one, at) =>
    one === null ? [] : [{ x: x[at] as number, mean: one.mean, sd: one.sd ?? 0 }]
  );
  const upper = known.map(({ mean, sd }) => 100 * Math.min(1, mean + sd));
  const lower = known.map(({ mean, sd }) => 100 * Math.max(0, mean - sd));
  const xs = known.map((one) => one.x);
  return {
    ...{
      type: "scatter",
      mode: "lines",
      fill: "toself",
      hoverinfo: "skip",
      showlegend: false,
      legendgroup: group,
      yaxis,
    },
    x: [...xs, ...xs.toReversed()],
    y: [...upper, ...lower.toReversed()],
    line: { width: 0, color: colour },
    fillcolor: translucent(colour, 0.18),
  };
}
