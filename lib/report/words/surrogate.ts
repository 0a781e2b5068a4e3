import { colour } from "../figure.ts";
import { neurons, neuronText, type Words } from "./words.ts";

/** Surrogate gradients. */
export const surrogate: Words<"surrogate"> = {
  short: "surrogate gradients",
  colour: colour(2),
  source: "Neftci et al. 2019; ATan as in SpikingJelly",
  label: () => "SNN by surrogate gradients",
  recipe: (rule) =>
    `squared error of rates, ATan surrogate of steepness ${rule.alpha}, reset ${
      rule.detachReset ? "detached" : "not detached"
    }, ${neuronText(rule)}`,
  row: (rule) => ({
    neurons: neurons(rule),
    output: "firing rates",
    loss: "squared error, rate 1 of the true class",
    gradient: `through all T steps, ATan (α = ${rule.alpha}), ${
      rule.detachReset ? "not through the reset" : "also through the reset"
    }`,
  }),
};
