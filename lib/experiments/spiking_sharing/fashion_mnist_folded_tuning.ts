import type { Profile } from "../../runs/profile.ts";
import type { Experiment } from "../experiment.ts";
import type { Tuning } from "../proxy/comparison.ts";
import { baseOf } from "../proxy/fashion_mnist_learning_rules.ts";
import { contestants, contestTuningRows } from "../proxy/learning_rules.ts";
import { foldedOf, reductionOf, type Size, SIZES } from "./fashion_mnist_folded.ts";

/*
 * Which learning rate and norm policy suit each rule on the unshared folded network, the same trials for all, judged on validation
 * images held out from the training set; test images are never seen.
 * Command:  deno task train fashion-mnist-folded-tuning --profile study
 */

/** Three epochs at least: in fewer the norm policies are the same. */
const TUNING: Record<Profile, Omit<Tuning, "width">> = {
  smoke: { trainImages: 100, validationImages: 50, epochs: 3 },
  quick: { trainImages: 1_000, validationImages: 500, epochs: 3 },
  study: { trainImages: 20_000, validationImages: 5_000, epochs: 3 },
  paper: { trainImages: 50_000, validationImages: 10_000, epochs: 100 },
};

const RATES = [3e-4, 1e-3, 3e-3, 1e-2];

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
