import { type Figure, type Trace, wrap } from "./figure.ts";

/** Letters of a legend's line, the size of its text in pixels, and pixels of a letter. */
const [LETTERS, SIZE, LETTER] = [34, 12, 6.4];
/** Pixels of an entry's symbol with the spaces around it, of a line, and of what plotly leaves below an entry and between groups of them. */
const [SYMBOL, LINE, BELOW, BETWEEN] = [64, 16, 4, 4];

/**
 * A figure with the legend at the right of its drawing: long names are broken into lines, the legend gets as much room as it
 * takes, and a figure that is lower than its legend gets taller.
 */
export function legendAtRight(figure: Figure): Figure {
  const { layout } = figure;
  const { t = 0, b = 0 } = layout.margin ?? {};
  const gap = layout.legend?.tracegroupgap ?? BETWEEN;
  const data = figure.data.map((trace): Trace =>
    trace.name === undefined ? trace : { ...trace, name: wrap(trace.name, LETTERS).join("<br>") }
  );
  const entries = data.filter(inLegend).map(({ name }) => String(name).split("<br>"));
  const letters = Math.max(0, ...entries.flat().map(({ length }) => length));
  const tall = entries.reduce((sum, { length }) => sum + LINE * length + BELOW + gap, 0);
  return {
    ...figure,
    data,
    layout: {
      ...layout,
      height: Math.max(layout.height, Math.ceil(t + tall + b)),
      margin: { ...layout.margin, r: Math.ceil(SYMBOL + LETTER * letters) },
      showlegend: true,
      legend: {
        ...{ x: 1.02, y: 1, xanchor: "left", yanchor: "top", font: { size: SIZE } },
        ...{ tracegroupgap: gap, maxheight: 1 }, // plotly's own limit is half the figure
      },
    },
  };
}

/** Whether a legend names a trace. */
export function inLegend(trace: Trace): boolean {
  return trace.name !== undefined && (trace as { showlegend?: boolean }).showlegend !== false;
}
