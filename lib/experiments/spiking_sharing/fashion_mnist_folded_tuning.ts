import type { Profile } from "../../runs/profile.ts";
import type { Experiment } from "../experiment.ts";
import { baseOf } from "../proxy/fashion_mnist_learning_rules.ts";
import { RATES, TUNING } from "../proxy/fashion_mnist_learning_rules_tuning.ts";
import { contestants, contestTuningRows } from "../proxy/learning_rules.ts";
import { foldedOf, reductionOf, type Size, SIZES } from "./fashion_mnist_folded.ts";

/*
 * Which learning rate and norm policy suit each rule on the unshared folded network: the trials of
 * fashion-mnist-learning-rules-tuning, the same for all rules; test images are never seen.
 * Command:  deno task train fashion-mnist-folded-tuning --profile study
 */

function sizeOf(profile: Profile): Size {
  return { ...SIZES[profile], ...TUNING[profile] };
}

/** The grid behind learning rates and norm policies of `fashion-mnist-folded`. */
export const fashionMnistFoldedTuning: Experiment = {
  name: "fashion-mnist-folded-tuning",
  title: "Learning rates and norm policies on the folded network, on a validation split",
  reduced: (profile) => reductionOf(sizeOf(profile)),
  rows(profile) {
    const size = sizeOf(profile);
    const base = baseOf(size);
    const { validationImages } = TUNING[profile];
    const tried = ["ann", ...size.targets.map((target) => `proxy-k${target}`), "surrogate"];
    return contestTuningRows(
      contestants(size).filter(({ id }) => tried.includes(id)),
      { ...base, network: foldedOf(size), data: { ...base.data, validationImages } },
      RATES,
    );
  },
};
