import { z } from "zod";
import { ruleEntry } from "../entry.ts";
import { positive } from "../../../numbers.ts";
import { counted, membraneProblem, spiking, targetProblem } from "./neuron_settings.ts";

/** Controls of proxy learning. */
export const proxyControl = ruleEntry({
  name: "proxy-control",
  settings: {
    ...spiking,
    ...counted,
    /** Weights' errors are multiplied with the SNN's spikes a step. */
    activations: z.enum(["snn"]).optional(),
    /** Errors pass where the SNN's neurons fired. */
    masks: z.enum(["snn"]).optional(),
    /** Errors go down by fixed random weights. */
    feedback: z.enum(["random"]).optional(),
    /** Weight of the squared distance between both outputs. */
    hold: positive.optional(),
  },
  lives: ["snn", "ann"],
  simulates: true,
  problem: (settings) => membraneProblem(settings) ?? targetProblem(settings) ?? nothingControlled(settings),
  make: async (settings) =>
    (await import("../proxy_control.ts")).proxyControlRule({ ...settings, neuron: settings }),
});

function nothingControlled(
  controls: Partial<Record<"activations" | "masks" | "feedback" | "hold", unknown>>,
): string | undefined {
  const { activations, masks, feedback, hold } = controls;
  if ([activations, masks, feedback, hold].some((setting) => setting !== undefined)) return undefined;
  return 'nothing is controlled; set rule.activations or rule.masks to "snn", rule.feedback to "random", or rule.hold, or use the rule proxy';
}
