import { comparisonOf, INFERRED, reductionsOf, SIZES } from "./cifar_10_comparison.ts";
import { type Comparison, frozenAfter, rules, tuningRows } from "./comparison.ts";
import type { Experiment } from "./experiment.ts";
import type { Profile } from "./profile.ts";

/*
 * The proxy's learning rate on Cifar10 in runs as long as those of the comparison, and what a longer life with frozen norms
 * does, which the short runs of cifar-10-comparison-tuning cannot show; judged on validation images held out from the
 * training set, test images are never seen.
 * Command:  deno task train cifar-10-proxy-tuning --profile study
 */

const VALIDATION_IMAGES: Record<Profile, number> = { smoke: 50, quick: 500, study: 2_000, paper: 5_000 };

const TARGET = 8;

/** All but the validation images are trained on; three epochs at least, so that half of them is not all but the last. */
function sizeOf(profile: Profile) {
  const { trainImages, epochs, ...size } = SIZES[profile];
  const left = INFERRED.data.trainImages - VALIDATION_IMAGES[profile];
  return { ...size, trainImages: Math.min(trainImages, left), epochs: Math.max(3, epochs) };
}

/** The grid behind the proxy's learning rate in `cifar-10-comparison`. */
export const cifar10ProxyTuning: Experiment = {
  name: "cifar-10-proxy-tuning",
  title: "The proxy's learning rate on Cifar10 in long runs, on a validation split",
  reduced: (profile) => reductionsOf(sizeOf(profile)),
  rows(profile) {
    const comparison = comparisonOf(sizeOf(profile));
    const proxy = { ...rules(comparison).proxy, target: TARGET };
    const held = { validationImages: VALIDATION_IMAGES[profile] };
    return [
      ...tuningRows(comparison, { "proxy-k8": proxy }, [1e-3, 3e-3], held),
      ...tuningRows(settledAtHalf(comparison), { "proxy-k8-frozen-longer": proxy }, [3e-3], held),
    ];
  },
};

/** Norms freeze and the learning rate drops after half of the epochs. */
function settledAtHalf({ base, ...comparison }: Comparison): Comparison {
  const half = Math.floor(base.training.epochs / 2);
  const optimiser = { ...base.optimiser, milestones: [half] };
  return frozenAfter(half, { ...comparison, base: { ...base, optimiser } });
}
