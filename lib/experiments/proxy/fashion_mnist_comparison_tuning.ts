import { rules, type Tuning, tuningRows } from "./comparison.ts";
import type { Experiment } from "../experiment.ts";
import { comparisonOf, SIZES } from "./fashion_mnist_comparison.ts";
import { reductionOf } from "./fashion_mnist_proxy.ts";
import type { Profile } from "../../runs/profile.ts";

/*
 * Which learning rate suits surrogate gradients and tandem learning, for which no source gives one for this network,
 * judged on validation images held out from the training set; test images are never seen.
 * Command:  deno task train fashion-mnist-comparison-tuning --profile study
 */

const TUNING: Record<Profile, Tuning> = {
  smoke: { trainImages: 100, validationImages: 50, epochs: 1, width: SIZES.smoke.width },
  quick: { trainImages: 1_000, validationImages: 500, epochs: 1, width: SIZES.quick.width },
  study: { trainImages: 20_000, validationImages: 5_000, epochs: 2, width: 1 / 8 },
  paper: { trainImages: 50_000, validationImages: 10_000, epochs: 100, width: SIZES.paper.width },
};

const RATES = [3e-4, 1e-3, 3e-3];

/** A row's size: the comparison's, but for what is tuned on. */
function sizeOf(profile: Profile) {
  return { ...SIZES[profile], ...TUNING[profile] };
}

/** The grid behind the learning rates of `fashion-mnist-comparison`. */
export const fashionMnistComparisonTuning: Experiment = {
  name: "fashion-mnist-comparison-tuning",
  title: "Learning rates of surrogate gradients and tandem learning, on a validation split",
  reduced: (profile) => reductionOf(sizeOf(profile)),
  rows(profile) {
    const comparison = comparisonOf(sizeOf(profile));
    const { surrogate, tandem } = rules(comparison);
    const tried = { surrogate, tandem, "tandem-stop": { ...tandem, stopAtSaturation: true } };
    return tuningRows(comparison, tried, RATES, TUNING[profile]);
  },
};
