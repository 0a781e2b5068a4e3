import { type Axis, axis, type Figure, look, type Note, WIDEST } from "../figure.ts";

/** Says what the lines of the lower panel are, at its right. */
export const LOWER_PANEL: Note = {
  text: "Lower panel, same colours:<br>—— tied images<br>····· silent images (tied as well)",
  ...{ x: 1.025, xref: "paper", xanchor: "left", y: 0.135, yref: "paper", yanchor: "middle" },
  ...{ align: "left", showarrow: false, font: { size: 12 } },
};

/** An upper panel of accuracy (y) over a lower one of tied and silent images (y2), with the legend at the right. */
export function twoPanels(
  title: string,
  label: string,
  xTitle: string,
  xaxis: Axis,
): Figure["layout"] {
  const base = look(title, label, { width: WIDEST, height: 520 });
  const { margin } = base;
  return {
    ...base,
    margin: { ...margin, r: 250 },
    xaxis: axis(xTitle, { anchor: "y2", domain: [0, 1], ...xaxis }),
    yaxis: axis("Accuracy (%)", { domain: [0.36, 1], rangemode: "normal" }),
    yaxis2: axis("Images (%)", { domain: [0, 0.27], range: [-3, 103], dtick: 50, anchor: "x" }),
    legend: { x: 1.02, y: 1, xanchor: "left", yanchor: "top", font: { size: 12 }, tracegroupgap: 8 },
  };
}
