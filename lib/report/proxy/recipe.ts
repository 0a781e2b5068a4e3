import type { RunRecord } from "../../experiments/record.ts";
import { mainLabel } from "../label.ts";

/** How a row was trained, in one line: what two rows of a table differ in can be read off. */
export function recipeNote(record: RunRecord): string {
  const { rule, optimiser, training, network } = record.config;
  const rate = optimiser.schedule === "constant"
    ? `${optimiser.learningRate} constant`
    : `${optimiser.learningRate} to ${optimiser.finalLearningRate} (cosine)`;
  const spiking = rule.name === "ann"
    ? "cross entropy"
    : `squared error of ${
      rule.output === "count" ? `spike counts, target ${rule.target}` : `rates, target ${rule.target}`
    }, ` +
      `threshold ${rule.threshold}, ${rule.reset} reset, T = ${rule.T}`;
  return `${mainLabel(record)}: Adam, learning rate ${rate}, ` +
    `${training.epochs} epochs, batch ${training.batch}, width × ${network.width}; ${spiking}.`;
}
