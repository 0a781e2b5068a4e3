import type { RunConfig } from "../../runs/config/config.ts";
import type { Experiment } from "../experiment.ts";
import { reductionOf, RELEASED } from "./fashion_mnist_proxy.ts";
import { type Contest, contestants, contestRows, type ContestSize } from "./learning_rules.ts";
import type { Profile } from "../../runs/profile.ts";

/*
 * Paper:    Kheradpisheh, Mirsadeghi, Masquelier, "Spiking neural networks trained via proxy", IEEE Access 10 (2022).
 * Claim:    on Fashion-MNIST an SNN trained by proxy beats those trained by tandem learning or surrogate gradients and
 *           converted ones, and needs far fewer time steps than these (abstract).
 * Recipe:   every rule as its authors have it on the released network, norms behind its convolutions; norm policy and learning
 *           rate are each rule's own, from fashion-mnist-learning-rules-tuning. Rates fall to nothing by a cosine, also that
 *           of tandem learning, which its authors divide by 10 twice. A control learns without replacement.
 * Command:  deno task train fashion-mnist-learning-rules --profile study      (about 1.5 hours a seed on two cores)
 */

/** What fashion-mnist-learning-rules-tuning prefers at the profile study, which a test compares with its records. */
const PREFERRED: Contest["preferred"] = {
  ann: { learningRate: 3e-3, norms: "never" },
  proxy: { learningRate: 3e-3, norms: "once" },
  surrogate: { learningRate: 3e-3, norms: "once" },
  "surrogate-few-steps": { learningRate: 3e-3, norms: "settled" },
  tandem: { learningRate: 3e-3, norms: "settled" },
  "tandem-stop": { learningRate: 3e-3, norms: "once" },
};
/** The released rate of proxy learning. */
const RELEASED_RATE: Contest["preferred"] = {
  ...PREFERRED,
  proxy: { learningRate: 1e-4, norms: "once", schedule: "constant" },
};

/** K = 2 is what a validation split prefers, K = 1 the released target. */
const COMMON = { targets: [2, 1], proxyThreshold: RELEASED.rule.threshold, preferred: PREFERRED };

export const SIZES: Record<Profile, ContestSize> = {
  smoke: {
    ...{ ...COMMON, trainImages: 200, testImages: 50, width: 1 / 32, epochs: 2, batch: 20, seeds: [1] },
    ...{ T: { spiking: 6, few: 3, conversion: 32 }, timeSteps: 12, heldOutImages: 50 },
  },
  quick: {
    ...{ ...COMMON, trainImages: 3_000, testImages: 500, width: 1 / 16, epochs: 2, batch: 50, seeds: [1] },
    ...{ T: { spiking: 15, few: 5, conversion: 128 }, timeSteps: 32, heldOutImages: 500 },
  },
  study: {
    ...{ ...COMMON, trainImages: 55_000, testImages: 10_000, width: 1 / 4, epochs: 10, batch: 100 },
    ...{ T: { spiking: 15, few: 5, conversion: 512 }, timeSteps: 64, heldOutImages: 5_000, seeds: [1, 2, 3] },
  },
  paper: {
    ...{ ...COMMON, trainImages: 60_000, testImages: 10_000, width: 1, epochs: 100, batch: 100 },
    ...{ T: { spiking: 15, few: 5, conversion: 512 }, timeSteps: 64, seeds: [1, 2, 3, 4, 5] },
    preferred: RELEASED_RATE,
  },
};

/** Every learning rule with what belongs to it, beside a control. */
export const fashionMnistLearningRules: Experiment = {
  name: "fashion-mnist-learning-rules",
  title: "Learning rules as published on Fashion-MNIST",
  reduced: (profile) => reductionOf(SIZES[profile]),
  rows(profile) {
    const size = SIZES[profile];
    return contestRows(contestants(size), baseOf(size), size);
  },
};

/** Data, network and training of every row; rule, optimiser and norm policy are replaced. */
export function baseOf({ trainImages, testImages, width, epochs, batch }: ContestSize): RunConfig {
  return {
    ...RELEASED,
    data: { ...RELEASED.data, trainImages, testImages },
    network: { ...RELEASED.network, width },
    training: { ...RELEASED.training, epochs, batch },
  };
}
