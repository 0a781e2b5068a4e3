import type { OptimiserName } from "../learning/optimisers.ts";
import { networkOf } from "../models/all.ts";
import type { RunRecord } from "../runs/record.ts";
import { mainLabel } from "./label.ts";
import { wordsOf } from "./words/all.ts";

type Config = RunRecord["config"];

/** How a row was trained, in one line: what two rows of a table differ in can be read off. */
export function recipeNote(record: RunRecord): string {
  const { rule, optimiser, training, network } = record.config;
  const who = networkOf(network).lives === 1 ? "Recipe" : mainLabel(record);
  return `${who}: ${optimiserText(optimiser)}, ` +
    `${training.epochs} epochs, batch ${training.batch}, ${networkOf(network).recipe(network)}; ${
      wordsOf(rule).recipe(rule)
    }.`;
}

const OPTIMISERS: Readonly<Record<OptimiserName, string>> = { adam: "Adam", adamw: "AdamW", sgd: "SGD" };

function optimiserText(optimiser: Config["optimiser"]): string {
  return `${OPTIMISERS[optimiser.name]}, learning rate ${rateText(optimiser)}`;
}

/** What an optimiser has beside its learning rate: "Adam, 0.9 / 0.999, decay 0". */
export function adamText(optimiser: Config["optimiser"]): string {
  const betas = "beta1" in optimiser ? [`${optimiser.beta1} / ${optimiser.beta2}`] : [];
  return [OPTIMISERS[optimiser.name], ...betas, `decay ${optimiser.weightDecay}`].join(", ");
}

/** A learning rate and what becomes of it. */
export function rateText(
  { schedule, learningRate, finalLearningRate, milestones, factor, points }: Config["optimiser"],
): string {
  switch (schedule) {
    case "constant":
      return `${learningRate} constant`;
    case "cosine":
      return `${learningRate} to ${finalLearningRate} (cosine)`;
    case "multistep":
      return `${learningRate}, times ${factor} after epoch ${milestones?.join(", ")}`;
    case "piecewise-linear":
      return `${learningRate} times ${points?.map((point) => point[1]).join(", ")} at ${
        points?.map(([share]) => 100 * share).join(", ")
      } % of the steps, linear between`;
  }
}
