import { ruleEntry } from "../entry.ts";
import { counted, membraneProblem, spiking, targetProblem } from "./neuron_settings.ts";

/** The control of proxy learning: the same loss on the ANN's own output. */
export const noReplacement = ruleEntry({
  name: "no-replacement",
  settings: { ...spiking, ...counted },
  lives: ["snn", "ann"],
  simulates: true,
  problem: (settings) => membraneProblem(settings) ?? targetProblem(settings),
  make: async (settings) =>
    (await import("../no_replacement.ts")).noReplacementRule({ ...settings, neuron: settings }),
});
