import { UsageError } from "../../errors.ts";
import type { Descent } from "../../learning/descent.ts";
import {
  axis,
  axisKey,
  axisName,
  colour,
  type Figure,
  GREY,
  look,
  type PointTrace,
  WIDEST,
} from "../figure.ts";
import { spread } from "../frame.ts";
import { type ColumnOf, makeTable, type Table } from "../table.ts";

/** The descent test of some batches of images at one point of a training. */
export interface DescentLook {
  /** Epochs that were finished. */
  epoch: number;
  descents: readonly Descent[];
}

/** What is said of where the looks come from. */
export interface DescentScene {
  /** Of which training, which images. */
  caption: string;
  /** What the runs' profile reduces, or "". */
  label?: string;
}

/** One direction with one length of a step, over all looks. */
interface Line {
  direction: string;
  length: number;
}

/** How far the SNN's loss falls on images that no direction has seen, by direction, length of the step and epoch. */
export function descentTable(looks: readonly DescentLook[], { caption, label = "" }: DescentScene): Table {
  const { epochs, lines } = axesOf(looks);
  return makeTable(
    {
      name: "descent",
      title: "How far the SNN's own loss falls along each direction",
      caption: `${caption} Mean ± standard deviation over the batches of an epoch; below 0 the loss rises.`,
      label,
      notes: [
        "Length of a step: its share of the length of all weights, the same for every direction. Held-out images: none of the directions was computed from them.",
        "The batches are of one training: they say how it was there, not what another seed would do.",
      ],
    },
    [
      { heading: "Direction", format: "text", cell: ({ direction }) => direction },
      { heading: "Length", format: "text", cell: ({ length }) => String(length) },
      ...epochs.map((epoch): ColumnOf<Line> => ({
        ...{ group: "Drop on held-out images, epoch", heading: String(epoch), format: "decimal", digits: 4 },
        cell: (line) => spread(dropsAt(looks, line, epoch)),
      })),
      {
        ...{ heading: "Batches in which it falls (%)", format: "percent", digits: 0 },
        cell: (line) => {
          const drops = epochs.flatMap((epoch) => dropsAt(looks, line, epoch));
          return drops.filter((drop) => drop > 0).length / drops.length;
        },
      },
    ],
    lines,
  );
}

/** The cosine of every direction with the looks' reference, layer by layer, epoch by epoch. */
export function descentCosines(
  looks: readonly DescentLook[],
  { caption, label = "", reference = "surrogate" }: DescentScene & { reference?: string },
): Table {
  const { epochs, directions } = axesOf(looks);
  const layers = Object.keys(looks[0]?.descents[0]?.cosines.layers ?? {});
  const others = directions.filter((name) => name !== reference);
  const rows = others.flatMap((direction) => epochs.map((epoch) => ({ direction, epoch })));
  const cosines = (row: typeof rows[number], of: (descent: Descent) => number | undefined) =>
    spread(
      looks.filter(({ epoch }) => epoch === row.epoch).flatMap(({ descents }) => {
        const cosine = descents.filter(({ direction }) => direction === row.direction).map(of)[0];
        return cosine === undefined || Number.isNaN(cosine) ? [] : [cosine];
      }),
    );
  return makeTable(
    {
      name: "descent-cosines",
      title: `Where each direction points, beside ${reference}`,
      caption:
        `${caption} Cosine with the direction ${reference} of the same batch; mean ± standard deviation over the batches of an epoch.`,
      label,
      notes: [
        "1: the same direction; 0: a right angle; −1: the opposite one. Nothing: a layer without any gradient has no direction.",
      ],
    },
    [
      { heading: "Direction", format: "text", cell: ({ direction }) => direction },
      { heading: "Epoch", format: "integer", cell: ({ epoch }) => epoch },
      { heading: "All", format: "decimal", digits: 2, cell: (row) => cosines(row, (one) => one.cosines.all) },
      ...layers.map((layer): ColumnOf<typeof rows[number]> => ({
        ...{ heading: layer, format: "decimal", digits: 2 },
        cell: (row) => cosines(row, (one) => one.cosines.layers[layer]),
      })),
    ],
    rows,
  );
}

/** The drops over epochs, a panel for each length of a step. */
export function descentFigure(looks: readonly DescentLook[], { caption, label = "" }: DescentScene): Figure {
  const { epochs, directions, lines } = axesOf(looks);
  const lengths = [...new Set(lines.map(({ length }) => length))];
  const title = "The descent test: where a step leads";
  const width = 1 / lengths.length;
  const left = (panel: number) => panel * width;
  return {
    name: "descent",
    title,
    caption:
      `${caption} How far the SNN's loss on held-out images falls after one step of each length; bars: one standard deviation over batches.`,
    label,
    wide: true,
    data: lengths.flatMap((length, panel) =>
      directions.map((direction, index): PointTrace => {
        const spreads = epochs.map((epoch) => spread(dropsAt(looks, { direction, length }, epoch)));
        return {
          ...{ type: "scatter", mode: "lines+markers", name: direction, legendgroup: direction },
          ...{ showlegend: panel === 0, xaxis: axisName("x", panel), yaxis: axisName("y", panel) },
          ...{ x: epochs.map((_, at) => at), y: spreads.map((one) => one?.mean ?? NaN) },
          error_y: {
            ...{ type: "data", array: spreads.map((one) => one?.sd ?? 0), visible: true },
            ...{ color: colour(index), thickness: 1, width: 2 },
          },
          line: { color: colour(index), width: 2 },
          marker: { color: colour(index), size: 6 },
        };
      })
    ),
    layout: {
      ...look(title, label, { width: WIDEST, height: 420 }),
      ...Object.assign(
        {},
        ...lengths.map((_, panel) => ({
          [axisKey("x", panel)]: axis("Epochs finished", {
            ...{ domain: [left(panel), left(panel) + 0.8 * width], anchor: axisName("y", panel) },
            ...{ tickvals: epochs.map((_, at) => at), ticktext: epochs.map(String) },
          }),
          [axisKey("y", panel)]: axis(panel === 0 ? "Drop of the SNN's loss" : "", {
            ...{ anchor: axisName("x", panel), zeroline: true, zerolinecolor: GREY, nticks: 6 },
          }),
        })),
      ),
      legend: { orientation: "h", x: 0, y: -0.2, yanchor: "top" },
      showlegend: true,
      annotations: lengths.map((length, panel) => ({
        ...{ text: `<b>length ${length}</b>`, showarrow: false, xref: "paper", yref: "paper" },
        ...{ x: left(panel), xanchor: "left", y: 1, yanchor: "bottom", font: { size: 12 } },
      })),
    },
  };
}

/** The epochs, and the directions with their lengths, that the looks have in common; refuses what is no look. */
function axesOf(looks: readonly DescentLook[]): { epochs: number[]; directions: string[]; lines: Line[] } {
  const [first] = looks;
  if (first === undefined || first.descents.length === 0) {
    throw new UsageError(
      "Showing the descent test: there is no look; give those of descend, with their epochs.",
    );
  }
  return {
    epochs: [...new Set(looks.map(({ epoch }) => epoch))].sort((a, b) => a - b),
    directions: first.descents.map(({ direction }) => direction),
    lines: first.descents.flatMap(({ direction, drops }) =>
      drops.map(({ length }) => ({ direction, length }))
    ),
  };
}

/** One drop for each look at an epoch. */
function dropsAt(looks: readonly DescentLook[], { direction, length }: Line, epoch: number): number[] {
  return looks.filter((look) => look.epoch === epoch).flatMap(({ descents }) => {
    const drops = descents.find((one) => one.direction === direction)?.drops;
    return drops?.find((drop) => drop.length === length)?.heldOut ?? [];
  });
}
