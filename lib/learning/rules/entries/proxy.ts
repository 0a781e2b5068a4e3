import { ruleEntry } from "../entry.ts";
import { counted, membraneProblem, spiking, targetProblem } from "./neuron_settings.ts";

/** Proxy learning. */
export const proxy = ruleEntry({
  name: "proxy",
  settings: { ...spiking, ...counted },
  lives: ["snn", "ann"],
  simulates: true,
  problem: (settings) => membraneProblem(settings) ?? targetProblem(settings),
  make: async (settings) => (await import("../proxy.ts")).proxyRule({ ...settings, neuron: settings }),
});
