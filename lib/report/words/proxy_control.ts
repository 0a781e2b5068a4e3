import { colour } from "../figure.ts";
import { neurons, neuronText, type Rule, targetLabel, type Words } from "./words.ts";

/** Controls of proxy learning. */
export const proxyControl: Words<"proxy-control"> = {
  short: "controlled proxy",
  colour: colour(6),
  source: "controls of ours",
  label: (rule, life) =>
    `${life === "snn" ? "SNN by proxy" : "its proxy ANN"} (${targetLabel(rule)}), ${controls(rule)}`,
  recipe: (rule) =>
    `squared error of ${rule.output === "count" ? "spike counts" : "rates"}, target ${rule.target}, ${
      neuronText(rule)
    }, ${controls(rule)}`,
  row: (rule) => ({
    neurons: neurons(rule),
    output: rule.output === "count" ? "spike counts" : "firing rates",
    loss: `squared error, ${rule.target} of the true class`,
    gradient: `through the ANN that shares the weights, ${controls(rule)}`,
  }),
};

/** What is the SNN's, or nobody's, where the proxy has the ANN's. */
function controls({ activations, masks, feedback, hold }: Rule<"proxy-control">): string {
  return [
    ...(activations === undefined ? [] : ["the SNN's rates as activations"]),
    ...(masks === undefined ? [] : ["the SNN's masks"]),
    ...(feedback === undefined ? [] : ["fixed random feedback"]),
    ...(hold === undefined ? [] : [`outputs held together (${hold})`]),
  ].join(", ");
}
