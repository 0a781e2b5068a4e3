import { colour } from "../figure.ts";
import { neurons, neuronText, type Words } from "./words.ts";

/** Tandem learning. */
export const tandem: Words<"tandem"> = {
  short: "tandem learning",
  colour: colour(1),
  source: "Wu et al. 2021",
  label: ({ norms, stopAtSaturation }) =>
    `SNN by tandem learning${norms === "of-counts" ? "" : " (ours: norms of every step)"}${
      stopAtSaturation ? ", no gradient where saturated" : ""
    }`,
  recipe: (rule) =>
    `cross entropy of a linear read-out of spike counts, ${
      rule.norms === "of-counts" ? "norms of counts, " : ""
    }${neuronText(rule)}`,
  row: (rule) => ({
    neurons: neurons(rule),
    output: "a linear layer on spike counts",
    loss: "cross entropy",
    gradient: `through an ANN whose activations are the spike counts${
      rule.norms === "of-counts" ? " and whose norms act on the response to counts" : ""
    }${rule.stopAtSaturation ? ", none at neurons that fire at every step" : ""}`,
  }),
};
