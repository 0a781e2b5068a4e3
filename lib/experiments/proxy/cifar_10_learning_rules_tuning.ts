import type { Experiment } from "../experiment.ts";
import { baseOf, reductionOf, SIZES } from "./cifar_10_learning_rules.ts";
import { gridOf } from "./learning_rules_grid.ts";

/*
 * Which learning rate and norm policy suit each learning rule on CIFAR-10: the trials of fashion-mnist-learning-rules-tuning,
 * the same for all rules; test images are never seen.
 * Command:  deno task train cifar-10-learning-rules-tuning --profile study
 */

/** The grid behind learning rates and norm policies of `cifar-10-learning-rules`; the control is trained as the proxy is. */
export const cifar10LearningRulesTuning: Experiment = gridOf({
  name: "cifar-10-learning-rules-tuning",
  title: "Learning rates and norm policies of the rules as published on CIFAR-10, on a validation split",
  sizeOf: (profile) => SIZES[profile],
  ...{ baseOf, reductionOf },
  tried: () => ["ann", "proxy-k8", "surrogate-few-steps", "tandem"],
});
