import type { Experiment } from "../experiment.ts";
import { baseOf, SIZES } from "./fashion_mnist_learning_rules.ts";
import { reductionOf } from "./fashion_mnist_proxy.ts";
import { gridOf } from "./learning_rules_grid.ts";

/*
 * Which learning rate and norm policy suit each learning rule, the same trials for all, judged on validation images held out
 * from the training set; test images are never seen.
 * Command:  deno task train fashion-mnist-learning-rules-tuning --profile study
 */

/** The grid behind learning rates and norm policies of `fashion-mnist-learning-rules`. */
export const fashionMnistLearningRulesTuning: Experiment = gridOf({
  name: "fashion-mnist-learning-rules-tuning",
  title: "Learning rates and norm policies of the rules as published, on a validation split",
  sizeOf: (profile) => profile === "study" ? { ...SIZES.study, width: 1 / 8 } : SIZES[profile],
  ...{ baseOf, reductionOf },
});
