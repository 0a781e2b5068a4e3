import type { Experiment } from "../experiment.ts";
import type { Profile } from "../../runs/profile.ts";
import { baseOf, reductionOf, SIZES } from "./cifar_10_learning_rules.ts";
import { RATES, TUNING } from "./fashion_mnist_learning_rules_tuning.ts";
import { contestants, contestTuningRows } from "./learning_rules.ts";

/*
 * Which learning rate and norm policy suit each learning rule on CIFAR-10: the trials of fashion-mnist-learning-rules-tuning,
 * the same for all rules; test images are never seen.
 * Command:  deno task train cifar-10-learning-rules-tuning --profile study
 */

/** What is compared and trained; the control is trained as the proxy is. */
const TRIED = ["ann", "proxy-k8", "surrogate-few-steps", "tandem"];

function sizeOf(profile: Profile) {
  return { ...SIZES[profile], ...TUNING[profile] };
}

/** The grid behind learning rates and norm policies of `cifar-10-learning-rules`. */
export const cifar10LearningRulesTuning: Experiment = {
  name: "cifar-10-learning-rules-tuning",
  title: "Learning rates and norm policies of the rules as published on CIFAR-10, on a validation split",
  reduced: (profile) => reductionOf(sizeOf(profile)),
  rows(profile) {
    const size = sizeOf(profile);
    const base = baseOf(size);
    const { validationImages } = TUNING[profile];
    return contestTuningRows(
      contestants(size).filter(({ id }) => TRIED.includes(id)),
      { ...base, data: { ...base.data, validationImages } },
      RATES,
    );
  },
};
