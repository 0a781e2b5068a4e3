import { colour } from "../figure.ts";
import { neurons, neuronText, targetLabel, type Words } from "./words.ts";

/** Proxy learning. */
export const proxy: Words<"proxy"> = {
  short: "proxy",
  colour: colour(0),
  source: "Kheradpisheh et al. 2022 and its released code",
  label: (rule, life) =>
    `${life === "snn" ? "SNN by proxy" : "its proxy ANN"} (${targetLabel(rule)})${
      rule.reset === "hard" ? "" : ", soft reset"
    }`,
  recipe: (rule) =>
    `squared error of ${rule.output === "count" ? "spike counts" : "rates"}, target ${rule.target}, ${
      neuronText(rule)
    }`,
  row: (rule) => ({
    neurons: neurons(rule),
    output: rule.output === "count" ? "spike counts" : "firing rates",
    loss: `squared error, ${
      rule.output === "count"
        ? `${rule.target} ${rule.target === 1 ? "spike" : "spikes"}`
        : `rate ${rule.target}`
    } of the true class`,
    gradient: "through the ANN that shares the weights",
  }),
};
