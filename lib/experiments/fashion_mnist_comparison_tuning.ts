import type { RunConfig } from "./config.ts";
import { rules } from "./comparison.ts";
import type { Experiment, Row } from "./experiment.ts";
import { comparisonOf, SIZES } from "./fashion_mnist_comparison.ts";
import { reductionOf } from "./fashion_mnist_proxy.ts";
import type { Profile } from "./profile.ts";

/*
 * Which learning rate suits surrogate gradients and tandem learning, for which no source gives one for this network,
 * judged on validation images held out from the training set; test images are never seen.
 * Command:  deno task train fashion-mnist-comparison-tuning --profile study
 */

const AMOUNTS: Record<Profile, { trainImages: number; validationImages: number; epochs: number }> = {
  smoke: { trainImages: 100, validationImages: 50, epochs: 1 },
  quick: { trainImages: 1_000, validationImages: 500, epochs: 1 },
  study: { trainImages: 20_000, validationImages: 5_000, epochs: 2 },
  paper: { trainImages: 50_000, validationImages: 10_000, epochs: 100 },
};

const RATES = [3e-4, 1e-3, 3e-3];

/** The grid behind the learning rates of `fashion-mnist-comparison`. */
export const fashionMnistComparisonTuning: Experiment = {
  name: "fashion-mnist-comparison-tuning",
  title: "Learning rates of surrogate gradients and tandem learning, on a validation split",
  reduced: {
    smoke: reductionOf({ ...SIZES.smoke, ...AMOUNTS.smoke }),
    quick: reductionOf({ ...SIZES.quick, ...AMOUNTS.quick }),
    study: reductionOf({ ...SIZES.study, ...AMOUNTS.study }),
    paper: reductionOf({ ...SIZES.paper, ...AMOUNTS.paper }),
  },
  rows(profile) {
    const { surrogate, tandem } = rules(comparisonOf(SIZES[profile]));
    const tried = { surrogate, tandem, "tandem-stop": { ...tandem, stopAtSaturation: true } };
    return Object.entries(tried).flatMap(([id, rule]) => RATES.map((rate) => row(profile, id, rule, rate)));
  },
};

function row(profile: Profile, id: string, rule: RunConfig["rule"], learningRate: number): Row {
  const { base } = comparisonOf(SIZES[profile]);
  const { epochs, ...images } = AMOUNTS[profile];
  const config = {
    ...base,
    data: { ...base.data, ...images },
    rule,
    optimiser: { ...base.optimiser, learningRate },
    training: { ...base.training, epochs },
  };
  return { id: `${id}-lr${learningRate.toExponential()}`, configs: [config] };
}
