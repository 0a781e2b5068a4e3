import { BINNED_TO, type RatesByActivation, rateUnderCurrent } from "../../spiking/rates_by_activation.ts";
import type { SimulationOptions } from "../../spiking/simulation.ts";
import { colour, emptyNote, type Figure, GREY, translucent } from "../figure.ts";
import { layerPanels } from "../layer_panels.ts";
import { makeTable, type Table } from "../table.ts";

const TITLE = "Firing rates and the staircase of a constant current";

/** How the rates were measured. */
export interface RatesScene {
  T: number;
  neuron: SimulationOptions["neuron"];
  images: number;
  /** What the runs' profile reduces, or "". */
  label?: string;
}

/** Mean firing rate by the ANN's activation, a panel for each layer, with the rate that a constant current gives. */
export function ratesByActivationFigure(
  layers: readonly RatesByActivation[],
  { T, neuron, images, label = "" }: RatesScene,
): Figure {
  return layerPanels({
    name: "rates-by-activation",
    title: TITLE,
    caption:
      `${
        captionOf({ T, neuron, images })
      }. Dots: mean over the neurons of a bin of activations, bars: one standard deviation; ` +
      "grey: what a constant current as large as the activation gives. Neurons that ReLU silences stand apart, in the table.",
    label,
  }, {
    panels: layers.map(({ layer, bins }) => {
      const shown = bins.filter(({ activation }) => activation <= BINNED_TO);
      const stairs = Array.from({ length: 401 }, (_, at) => at * BINNED_TO / 400);
      return {
        heading: `<b>${layer}</b>`,
        traces: [
          {
            ...{ type: "scatter", mode: "lines", line: { color: GREY, width: 1.5 }, hoverinfo: "skip" },
            ...{ x: stairs, y: stairs.map((z) => rateUnderCurrent(z * neuron.threshold, T, neuron)) },
          },
          {
            ...{ type: "scatter", mode: "markers", marker: { color: colour(0), size: 5 } },
            x: shown.map(({ activation }) => activation),
            y: shown.map(({ rate }) => rate.mean),
            error_y: {
              ...{ type: "data", array: shown.map(({ rate }) => rate.sd), visible: true },
              ...{ color: translucent(colour(0), 0.4), thickness: 1, width: 0 },
            },
            customdata: shown.map(({ neurons }) => neurons),
            hovertemplate: "activation %{x:.2f} θ: rate %{y:.3f}, %{customdata} neurons<extra></extra>",
          },
        ],
      };
    }),
    ...{ x: "Activation / threshold", y: "Spikes per step" },
    empty: emptyNote("There is no layer to show."),
  });
}

/** The same in numbers: how many neurons ReLU silences and what they do, and how many fire as a constant current would have it. */
export function ratesByActivationTable(layers: readonly RatesByActivation[], scene: RatesScene): Table {
  const passed = ({ bins }: RatesByActivation) => bins.reduce((sum, { neurons }) => sum + neurons, 0);
  const rate = (one: RatesByActivation) =>
    one.bins.reduce((sum, bin) => sum + bin.neurons * bin.rate.mean, 0) / passed(one);
  return makeTable(
    {
      name: "rates-by-activation",
      title: TITLE,
      caption: `${captionOf(scene)}.`,
      label: scene.label ?? "",
      notes: [
        "As a constant current has it: exactly as many spikes in T steps as under a current as large as the activation. A layer behind others gets no constant current, and its ANN's activation is made of activations, not of rates.",
      ],
    },
    [
      { heading: "Layer", format: "text", cell: ({ layer }) => layer },
      {
        ...{ heading: "Silenced by ReLU (%)", format: "percent" },
        cell: (one) => one.zeros.neurons / (one.zeros.neurons + passed(one)),
      },
      { heading: "their spikes a step", format: "decimal", cell: ({ zeros }) => numberOf(zeros.rate) },
      { heading: "the others' spikes a step", format: "decimal", cell: (one) => numberOf(rate(one)) },
      {
        ...{ heading: "of these as a constant current has it (%)", format: "percent" },
        cell: ({ asTheory }) => numberOf(asTheory),
      },
    ],
    layers,
  );
}

/** Of no neurons there is no rate. */
function numberOf(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function captionOf({ T, neuron, images }: RatesScene): string {
  return `${images.toLocaleString("en-US")} images, T = ${T}, θ = ${neuron.threshold}, ${
    neuron.reset === "hard" ? "hard reset" : "reset by subtraction"
  }; rates before pooling`;
}
