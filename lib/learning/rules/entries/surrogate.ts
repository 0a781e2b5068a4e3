import { z } from "zod";
import { positive } from "../../../numbers.ts";
import { ruleEntry } from "../entry.ts";
import { membraneProblem, spiking } from "./neuron_settings.ts";

/** Surrogate-gradient learning. */
export const surrogate = ruleEntry({
  name: "surrogate",
  settings: {
    ...spiking,
    /** Steepness of the ATan surrogate. */
    alpha: positive,
    /** Whether gradients stop at the reset. */
    detachReset: z.boolean(),
  },
  lives: ["snn"],
  simulates: true,
  problem: membraneProblem,
  make: async (settings) =>
    (await import("../surrogate.ts")).surrogateRule({ ...settings, neuron: settings }),
});
