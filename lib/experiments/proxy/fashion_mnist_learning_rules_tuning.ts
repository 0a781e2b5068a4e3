import type { Tuning } from "./comparison.ts";
import type { Experiment } from "../experiment.ts";
import { baseOf, SIZES } from "./fashion_mnist_learning_rules.ts";
import { reductionOf } from "./fashion_mnist_proxy.ts";
import { contestants, contestTuningRows } from "./learning_rules.ts";
import type { Profile } from "../../runs/profile.ts";

/*
 * Which learning rate and norm policy suit each learning rule, the same trials for all, judged on validation images held out
 * from the training set; test images are never seen.
 * Command:  deno task train fashion-mnist-learning-rules-tuning --profile study
 */

/** Three epochs at least: in fewer the norm policies are the same. */
export const TUNING: Record<Profile, Omit<Tuning, "width">> = {
  smoke: { trainImages: 100, validationImages: 50, epochs: 3 },
  quick: { trainImages: 1_000, validationImages: 500, epochs: 3 },
  study: { trainImages: 20_000, validationImages: 5_000, epochs: 3 },
  paper: { trainImages: 50_000, validationImages: 10_000, epochs: 100 },
};

/** 1e-2 since the first three were best at their upper end for the ANN and the SNN by proxy. */
export const RATES: readonly number[] = [3e-4, 1e-3, 3e-3, 1e-2];

function sizeOf(profile: Profile) {
  const size = { ...SIZES[profile], ...TUNING[profile] };
  return profile === "study" ? { ...size, width: 1 / 8 } : size;
}

/** The grid behind learning rates and norm policies of `fashion-mnist-learning-rules`. */
export const fashionMnistLearningRulesTuning: Experiment = {
  name: "fashion-mnist-learning-rules-tuning",
  title: "Learning rates and norm policies of the rules as published, on a validation split",
  reduced: (profile) => reductionOf(sizeOf(profile)),
  rows(profile) {
    const size = sizeOf(profile);
    const base = baseOf(size);
    const { validationImages } = TUNING[profile];
    return contestTuningRows(
      contestants(size),
      { ...base, data: { ...base.data, validationImages } },
      RATES,
    );
  },
};
