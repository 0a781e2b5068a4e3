import { timeStepsOfRule } from "../../learning/rules/all.ts";
import { COMPARED_NEURONS, COMPARED_STEPS } from "../../runs/looks/examples.ts";
import type { RunRecord } from "../../runs/record.ts";
import { colour, emptyNote, type Figure } from "../figure.ts";
import { spread } from "../frame.ts";
import { mainLabel, reducedLabel, type RunGroup } from "../label.ts";
import { layerPanels } from "../layer_panels.ts";
import { type ColumnOf, makeTable, type Table } from "../table.ts";
import { spikingMethods } from "./methods.ts";
import { requireRecord, requireTwoLives } from "../require_records.ts";

type Agreement = NonNullable<NonNullable<RunRecord["spiking"]>["agreement"]>;

/** The methods whose SNN has an ANN of the same weights to be compared with. */
function comparable(records: readonly RunRecord[]): RunGroup[] {
  return spikingMethods(records).filter(({ finished }) => finished.some(agreementOf));
}

function agreementOf({ spiking }: RunRecord): Agreement | undefined {
  return spiking?.agreement;
}

/** Correlation of firing rates with the ANN's activations, layer by layer. */
export function agreementTable(records: readonly RunRecord[]): Table {
  requireTwoLives("Making the table of agreement", records);
  const groups = comparable(records);
  const layers = [
    ...new Set(
      groups.flatMap(({ finished }) => finished.flatMap((record) => Object.keys(agreementOf(record) ?? {}))),
    ),
  ];
  return makeTable(
    {
      name: `${records[0]?.experiment ?? "comparison"}-agreement`,
      title: "How well firing rates follow the ANN's activations",
      caption: `Pearson's correlation over all neurons of a layer and the first ${
        imagesOf(records)
      } evaluated images, over ${stepsText(groups)}.`,
      label: reducedLabel(records),
      notes: [
        "The proxy's gradient is that of the ANN's ReLU at activations the SNN never sees: it points the right way as far as rates follow activations.",
        "No number: a side that does not vary has no correlation.",
      ],
    },
    [
      { heading: "Layer", format: "text", cell: (layer) => layer },
      ...groups.map(({ first, finished }): ColumnOf<string> => ({
        ...{ heading: mainLabel(first), format: "decimal", digits: 3 },
        cell: (layer) =>
          spread(finished.flatMap((record) => agreementOf(record)?.[layer]?.correlation ?? [])),
      })),
    ],
    layers,
  );
}

/** How many images both lives were compared on: the examples of each run. */
function imagesOf(records: readonly RunRecord[]): number {
  return Math.max(0, ...records.map(({ spiking }) => spiking?.examples.length ?? 0));
}

/** The time steps that rates were counted over. */
function stepsText(groups: readonly RunGroup[]): string {
  const some = groups.some(({ first }) => comparedSteps(first) < trainedSteps(first));
  return `each network's T time steps${some ? `, the first ${COMPARED_STEPS} where T is larger` : ""}`;
}

function trainedSteps({ config: { rule } }: RunRecord): number {
  return timeStepsOfRule(rule) ?? 0;
}

function comparedSteps(record: RunRecord): number {
  return Math.min(trainedSteps(record), COMPARED_STEPS);
}

/** One run's firing rates against the activations of the same neurons, a panel per layer. */
export function agreementFigure(record: RunRecord): Figure {
  requireRecord("Drawing rates against activations", record);
  requireTwoLives("Drawing rates against activations", [record]);
  const layers = Object.entries(agreementOf(record) ?? {});
  return layerPanels({
    name: `${record.experiment}-agreement-${record.row}`,
    title: `Firing rates against activations: ${mainLabel(record)}`,
    caption:
      `Seed ${record.config.seed}; at most ${COMPARED_NEURONS} neurons of a layer, the first ${
        imagesOf([record])
      } ${record.evaluatedOn} images, ` +
      `${comparedSteps(record)} time steps; r is Pearson's correlation over all of the layer.`,
    label: reducedLabel([record]),
  }, {
    panels: layers.map(([name, { correlation, points }]) => ({
      heading: `<b>${name}</b>, r ${correlation === null ? "undefined" : `= ${correlation.toFixed(3)}`}`,
      traces: [{
        ...{ type: "scatter", mode: "markers" },
        x: points.map(([activation]) => activation),
        y: points.map(([, rate]) => rate),
        marker: { color: colour(0), size: 4, opacity: 0.5 },
        hovertemplate: "activation %{x}, rate %{y}<extra></extra>",
      }],
    })),
    ...{ x: "ReLU activation", y: "Spikes per step" },
    empty: emptyNote("This run compares no rates with activations."),
  });
}

/** One run of every method that can be compared: its first finished seed. */
export function withAgreement(records: readonly RunRecord[]): RunRecord[] {
  return comparable(records).flatMap(({ finished }) => finished.find(agreementOf) ?? []);
}
