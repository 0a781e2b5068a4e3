import { comparisonOf, reductionsOf, SIZES } from "./cifar_10_comparison.ts";
import { type Comparison, rules, type Tuning, tuningRows } from "./comparison.ts";
import type { Experiment } from "./experiment.ts";
import { RELEASED } from "./fashion_mnist_proxy.ts";
import type { Profile } from "./profile.ts";

/*
 * Which learning rate suits each rule on Cifar10, for which no source gives one, which spike count the proxy should be
 * asked for, and whether norms should freeze; judged on validation images held out from the training set, test images are
 * never seen.
 * Command:  deno task train cifar-10-comparison-tuning --profile study
 */

const TUNING: Record<Profile, Tuning> = {
  smoke: { trainImages: 100, validationImages: 50, epochs: 2, width: SIZES.smoke.width },
  quick: { trainImages: 1_000, validationImages: 500, epochs: 2, width: SIZES.quick.width },
  study: { trainImages: 20_000, validationImages: 2_000, epochs: 3, width: SIZES.study.width },
  paper: { trainImages: 45_000, validationImages: 5_000, epochs: 100, width: SIZES.paper.width },
};

const RATES = [1e-3, 3e-3, 1e-2];

/** A row's size: the comparison's, but for what is tuned on. */
function sizeOf(profile: Profile) {
  return { ...SIZES[profile], ...TUNING[profile] };
}

/** The grid behind the learning rates of `cifar-10-comparison`. */
export const cifar10ComparisonTuning: Experiment = {
  name: "cifar-10-comparison-tuning",
  title: "Learning rates on Cifar10, on a validation split",
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
    const otherTargets = { "proxy-k1": to(1), "proxy-k2": to(2), "proxy-k4": to(4), "proxy-k15": to(15) };
    return [
      ...tuningRows(comparison, tried, RATES, TUNING[profile]),
      ...tuningRows(comparison, otherTargets, [1e-3, 3e-3], TUNING[profile]),
      ...tuningRows(frozen(comparison), { "proxy-k8-frozen": to(8) }, [1e-3, 3e-3], TUNING[profile]),
      ...tuningRows(asReleased(comparison), { "proxy-k2-as-released": to(2) }, [3e-4, 1e-3], TUNING[profile]),
    ];
  },
};

/** With norms frozen from where the learning rate drops. */
function frozen({ base, ...comparison }: Comparison): Comparison {
  const [freezeNormAfter = base.training.epochs] = base.optimiser.milestones ?? [];
  return { ...comparison, base: { ...base, training: { ...base.training, freezeNormAfter } } };
}

/** With norms and learning rate as in the released code of Fashion-MNIST. */
function asReleased(comparison: Comparison): Comparison {
  const { base } = comparison;
  const { milestones: _milestones, factor: _factor, ...optimiser } = base.optimiser;
  const training = { ...base.training, freezeNormAfter: RELEASED.training.freezeNormAfter };
  return { ...comparison, base: { ...base, optimiser: { ...optimiser, schedule: "constant" }, training } };
}
