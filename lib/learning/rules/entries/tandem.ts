import { z } from "zod";
import { positive } from "../../../numbers.ts";
import { TANDEM_NORMS } from "../../../spiking/choices.ts";
import { ruleEntry } from "../entry.ts";
import { membraneProblem, spiking } from "./neuron_settings.ts";

/** Tandem learning. */
export const tandem = ruleEntry({
  name: "tandem",
  settings: {
    ...spiking,
    /** Whether gradients stop at neurons that should fire more often than T times. */
    stopAtSaturation: z.boolean(),
    /** What norms act on: a layer's response to counts, as published, or every step's current; "per-step" where absent. */
    norms: z.enum(TANDEM_NORMS).optional(),
    /** Share of the newest batch in the norms' running statistics; 0.1 where absent, 0.9 in the released code. */
    normMomentum: positive.max(1).optional(),
    /** Norms' scales start with this standard deviation around 0, 2 in the released code; at 1 where absent. */
    scaleDeviation: positive.optional(),
  },
  lives: ["snn"],
  simulates: true,
  linearReadout: () => true,
  problem: membraneProblem,
  initial: ({ scaleDeviation }) => ({ scaleDeviation }),
  make: async (settings) =>
    (await import("../tandem.ts")).tandemRule({
      ...settings,
      norms: settings.norms ?? "per-step",
      neuron: settings,
    }),
});
