import {
  type Axis,
  axis,
  axisKey,
  axisName,
  type Figure,
  look,
  type Note,
  type Trace,
  WIDEST,
} from "./figure.ts";

const COLUMNS = 4;
const CELL = { width: WIDEST / COLUMNS, height: 200 };
const SMALL: Axis = { nticks: 4, tickfont: { size: 10 }, rangemode: "tozero" };

/** What one layer's panel shows, and what is written over it. */
export interface LayerPanel {
  heading: string;
  traces: Trace[];
}

/** A figure with a panel for each layer, four in a row, all with the same titles of their axes; `empty` where there is no layer. */
export function layerPanels(
  text: Pick<Figure, "name" | "title" | "caption" | "label">,
  { panels, x, y, empty }: { panels: readonly LayerPanel[]; x: string; y: string; empty: Note },
): Figure {
  const rows = Math.max(1, Math.ceil(panels.length / COLUMNS));
  const base = look(text.title, text.label, {
    width: COLUMNS * CELL.width,
    height: rows * CELL.height + 96,
  });
  return {
    ...text,
    wide: true,
    data: panels.flatMap(({ traces }, index) =>
      traces.map((trace) => ({ ...trace, xaxis: axisName("x", index), yaxis: axisName("y", index) }))
    ),
    layout: {
      ...base,
      margin: { ...base.margin, b: 16 },
      showlegend: false,
      ...Object.assign({}, ...panels.map((_, index) => axesOf(index, rows, { x, y }))),
      annotations: panels.length === 0 ? [empty] : panels.map(({ heading }, index) => ({
        text: heading,
        ...{ showarrow: false, x: cell(index, rows).x[0], xref: "paper", xanchor: "left" },
        ...{ y: cell(index, rows).y[1], yref: "paper", yanchor: "bottom", font: { size: 12 } },
      })),
    },
  };
}

/** Where a panel lies on the figure's paper. */
function cell(index: number, rows: number): { x: [number, number]; y: [number, number] } {
  const [column, row] = [index % COLUMNS, Math.floor(index / COLUMNS)];
  const [width, height] = [1 / COLUMNS, 1 / rows];
  return {
    x: [column * width + 0.02, (column + 1) * width - 0.04],
    y: [1 - (row + 1) * height + 0.28 * height, 1 - row * height - 0.1 * height],
  };
}

function axesOf(index: number, rows: number, titles: { x: string; y: string }): Record<string, Axis> {
  const { x, y } = cell(index, rows);
  const title = (text: string) => ({ title: { text, standoff: 4, font: { size: 11 } } });
  return {
    [axisKey("x", index)]: axis("", {
      ...{ ...SMALL, ...title(titles.x), domain: x, anchor: axisName("y", index) },
    }),
    [axisKey("y", index)]: axis("", {
      ...{ ...SMALL, ...title(index % COLUMNS === 0 ? titles.y : "") },
      ...{ domain: y, anchor: axisName("x", index) },
    }),
  };
}
