import { colour } from "../figure.ts";
import { neurons, neuronText, targetLabel, type Words } from "./words.ts";

/** The control of proxy learning. */
export const noReplacement: Words<"no-replacement"> = {
  short: "no replacement",
  colour: colour(4),
  source: "a control of ours",
  label: (rule, life) => `${life === "snn" ? "SNN" : "its ANN"} without replacement (${targetLabel(rule)})`,
  recipe: (rule) => `squared error of the ANN's own outputs, target ${rule.target}, ${neuronText(rule)}`,
  row: (rule) => ({
    neurons: neurons(rule),
    output: "the ANN's own",
    loss: `squared error, ${rule.target} of the true class`,
    gradient: "the ANN's own; the SNN only reads its weights",
  }),
};
