import { z } from "zod";
import { count, MOST, positive, upTo } from "../../../numbers.ts";
import { READOUTS } from "../../../spiking/choices.ts";
import { SPIKE_POOLING } from "../../../spiking/simulation.ts";
import { ruleEntry } from "../entry.ts";
import { membraneProblem, neuron } from "./neuron_settings.ts";

/** Conversion of a trained ANN. */
export const conversion = ruleEntry({
  name: "conversion",
  settings: {
    T: upTo(MOST.timeSteps),
    ...neuron,
    /** Of the activations, taken as every layer's scale: 100 is the maximum. */
    percentile: positive.max(100),
    /** What pooling does with spikes: the maximum at every step ("or", where absent), or that of the most active neuron. */
    pooling: z.enum(SPIKE_POOLING).optional(),
    /** Where the output is read: the last layer's spikes (where absent), or its mean current, without neurons there. */
    readout: z.enum(READOUTS).optional(),
    /** Training images, from the front, on which activations are measured. */
    calibrationImages: count,
  },
  lives: ["snn", "ann"],
  simulates: false,
  linearReadout: ({ readout }) => readout === "current",
  problem({ initialMembrane, calibrationImages }, { trainImages }) {
    const membrane = membraneProblem({ initialMembrane, threshold: 1 });
    if (membrane !== undefined || calibrationImages <= trainImages) return membrane;
    return `rule.calibrationImages is ${calibrationImages}, but must be at most ${trainImages} (data.trainImages)`;
  },
  calibrationImages: ({ calibrationImages }) => calibrationImages,
  make: async (settings) =>
    (await import("../conversion.ts")).conversionRule({
      ...settings,
      pooling: settings.pooling ?? "or",
      readout: settings.readout ?? "spikes",
    }),
});
