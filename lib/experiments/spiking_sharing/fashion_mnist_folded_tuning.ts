import type { Experiment } from "../experiment.ts";
import { baseOf } from "../proxy/fashion_mnist_learning_rules.ts";
import { gridOf } from "../proxy/learning_rules_grid.ts";
import { foldedOf, reductionOf, SIZES } from "./fashion_mnist_folded.ts";

/*
 * Which learning rate and norm policy suit each rule on the unshared folded network: the trials of
 * fashion-mnist-learning-rules-tuning, the same for all rules; test images are never seen.
 * Command:  deno task train fashion-mnist-folded-tuning --profile study
 */

/** The grid behind learning rates and norm policies of `fashion-mnist-folded`. */
export const fashionMnistFoldedTuning: Experiment = gridOf({
  name: "fashion-mnist-folded-tuning",
  title: "Learning rates and norm policies on the folded network, on a validation split",
  sizeOf: (profile) => SIZES[profile],
  baseOf: (size) => ({ ...baseOf(size), network: foldedOf(size) }),
  reductionOf,
  tried: ({ targets }) => ["ann", ...targets.map((target) => `proxy-k${target}`), "surrogate"],
});
