import { comparisonOf, reductionsOf, SIZES } from "./cifar_10_comparison.ts";
import { type Comparison, following, rules, type Tuning, tuningRows } from "./comparison.ts";
import type { Experiment } from "../experiment.ts";
import { RELEASED } from "./fashion_mnist_proxy.ts";
import { NEVER_FROZEN } from "../follow.ts";
import type { Profile } from "../../runs/profile.ts";

/*
 * Which learning rate suits each rule on CIFAR-10, for which no source gives one, which spike count the proxy should be
 * asked for, and when norms should freeze; judged on validation images held out from the training set, test images are
 * never seen.
 * Command:  deno task train cifar-10-comparison-tuning --profile study
 */

const TUNING: Record<Profile, Tuning> = {
  smoke: { trainImages: 100, validationImages: 50, epochs: 2, width: SIZES.smoke.width },
  quick: { trainImages: 1_000, validationImages: 500, epochs: 2, width: SIZES.quick.width },
  study: { trainImages: 20_000, validationImages: 2_000, epochs: 3, width: SIZES.study.width },
  paper: { trainImages: 45_000, validationImages: 5_000, epochs: 100, width: SIZES.paper.width },
};

const RATES = [3e-4, 1e-3, 3e-3, 1e-2];
/** For the proxy that is asked for one spike, as in the released code. */
const LOWEST_RATES = [1e-4, 3e-4, 1e-3];

/** A row's size: the comparison's, but for what is tuned on. */
function sizeOf(profile: Profile) {
  return { ...SIZES[profile], ...TUNING[profile] };
}

/** The grid behind the learning rates of `cifar-10-comparison`. */
export const cifar10ComparisonTuning: Experiment = {
  name: "cifar-10-comparison-tuning",
  title: "Learning rates on CIFAR-10, on a validation split",
  reduced: (profile) => reductionsOf(sizeOf(profile)),
  rows(profile) {
    const comparison = comparisonOf(sizeOf(profile));
    const { proxy, surrogate, tandem } = rules(comparison);
    const to = (target: number) => ({ ...proxy, target });
    const tried = {
      ann: { name: "ann" },
      "proxy-k8": to(8),
      surrogate,
      "tandem-stop": { ...tandem, stopAtSaturation: true },
    } as const;
    const lower = RATES.slice(0, 2);
    const otherTargets = { "proxy-k2": to(2), "proxy-k4": to(4), "proxy-k15": to(15) };
    const released = { "proxy-k2-as-released": to(2) };
    const never = {
      "ann-never-frozen": tried.ann,
      "proxy-k8-never-frozen": to(8),
      "surrogate-never-frozen": surrogate,
    };
    return [
      ...tuningRows(comparison, tried, RATES, TUNING[profile]),
      ...tuningRows(comparison, otherTargets, lower, TUNING[profile]),
      ...tuningRows(comparison, { "proxy-k1": to(1) }, LOWEST_RATES, TUNING[profile]),
      ...tuningRows(asReleased(comparison), released, lower, TUNING[profile]),
      ...tuningRows(
        following(comparison, NEVER_FROZEN),
        never,
        RATES.slice(1),
        TUNING[profile],
      ),
    ];
  },
};

/** With norms and learning rate as in the released code of Fashion-MNIST. */
function asReleased(comparison: Comparison): Comparison {
  const { freezeNormAfter } = RELEASED.training;
  const { base, ...rest } = following(comparison, { "training.freezeNormAfter": () => freezeNormAfter });
  const { milestones: _milestones, factor: _factor, ...optimiser } = base.optimiser;
  return { ...rest, base: { ...base, optimiser: { ...optimiser, schedule: "constant" } } };
}
