import { colour } from "../figure.ts";
import { neurons, type Rule, type Words } from "./words.ts";

/** Conversion of a trained ANN. */
export const conversion: Words<"conversion"> = {
  short: "conversion",
  colour: colour(3),
  source: "Diehl et al. 2015; Rueckauer et al. 2017",
  label: (rule, life) => life === "snn" ? `converted SNN (${settingsLabel(rule)})` : "its ANN",
  recipe: (rule) =>
    `the ANN alone, converted by ${scaleLabel(rule)} activations, ${rule.reset} reset, ` +
    `initial membrane ${rule.initialMembrane} thresholds${gated(rule)}${current(rule)}, T = ${rule.T}`,
  row: (rule) => ({
    neurons: `${neurons({ ...rule, threshold: 1 })}, membrane from ${rule.initialMembrane}${gated(rule)}`,
    output: rule.readout === "current" ? "the last layer's mean current" : "spike counts",
    loss: "the ANN's cross entropy",
    gradient: "none: the ANN's, before the conversion",
  }),
};

function settingsLabel(rule: Rule<"conversion">): string {
  const start = rule.initialMembrane === 0 ? "" : `, membrane from ${rule.initialMembrane}`;
  const reset = rule.reset === "hard" ? "hard" : "soft";
  return `${scaleLabel(rule)}, ${reset} reset${start}${unlike(rule)}`;
}

/** What differs from the published form, which pools by gates and reads the last layer's current. */
function unlike({ pooling, readout }: Rule<"conversion">): string {
  return `${pooling === "gated" ? "" : ", maximum of spikes"}${readout === "current" ? "" : ", counts read"}`;
}

function scaleLabel({ percentile }: Rule<"conversion">): string {
  return percentile === 100 ? "maximum" : `${percentile}-percentile`;
}

function gated({ pooling }: Rule<"conversion">): string {
  return pooling === "gated" ? ", gated pooling" : "";
}

function current({ readout }: Rule<"conversion">): string {
  return readout === "current" ? ", current read out" : "";
}
