import { comparisonOf, INFERRED, reductionsOf, settling, SIZES } from "./cifar_10_comparison.ts";
import { following, rules, tuningRows } from "./comparison.ts";
import type { Experiment } from "../experiment.ts";
import type { Profile } from "../../runs/profile.ts";

/*
 * The proxy's learning rate on CIFAR-10 in runs as long as those of the comparison, and what a longer life with frozen norms
 * does, which the short runs of cifar-10-comparison-tuning cannot show; judged on validation images held out from the
 * training set, test images are never seen.
 * Command:  deno task train cifar-10-proxy-tuning --profile study
 */

const VALIDATION_IMAGES: Record<Profile, number> = { smoke: 50, quick: 500, study: 2_000, paper: 5_000 };

const TARGET = 8;

/** All but the validation images are trained on; three epochs at least, so that half of them is not all but the last. */
function sizeOf(profile: Profile) {
  const { epochs, ...size } = SIZES[profile];
  const trainImages = trainImagesBeside(VALIDATION_IMAGES[profile], profile);
  return { ...size, trainImages, epochs: Math.max(3, epochs) };
}

function trainImagesBeside(validationImages: number, profile: Profile): number {
  return Math.min(SIZES[profile].trainImages, INFERRED.data.trainImages - validationImages);
}

/** The grid behind the proxy's learning rate in `cifar-10-comparison`. */
export const cifar10ProxyTuning: Experiment = {
  name: "cifar-10-proxy-tuning",
  title: "The proxy's learning rate on CIFAR-10 in long runs, on a validation split",
  reduced: (profile) => reductionsOf(sizeOf(profile)),
  rows(profile) {
    const held = { validationImages: VALIDATION_IMAGES[profile] };
    const comparison = following(comparisonOf(sizeOf(profile)), {
      "data.trainImages": ({ data }) => trainImagesBeside(data.validationImages, profile),
    });
    const proxy = { ...rules(comparison).proxy, target: TARGET };
    return [
      ...tuningRows(comparison, { "proxy-k8": proxy }, [1e-3, 3e-3], held),
      ...tuningRows(
        following(comparison, SETTLED_AT_HALF),
        { "proxy-k8-frozen-longer": proxy },
        [3e-3],
        held,
      ),
    ];
  },
};

/** Norms freeze and the learning rate drops after half of the epochs. */
const SETTLED_AT_HALF = settling((epochs) => Math.max(1, Math.floor(epochs / 2)));
