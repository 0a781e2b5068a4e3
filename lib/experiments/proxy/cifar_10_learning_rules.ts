import { INFERRED, reductionsOf } from "./cifar_10_comparison.ts";
import type { RunConfig } from "../../runs/config/config.ts";
import type { Experiment } from "../experiment.ts";
import { type Contest, contestants, contestRows, type ContestSize } from "./learning_rules.ts";
import type { Profile } from "../../runs/profile.ts";

/*
 * Paper:    Kheradpisheh, Mirsadeghi, Masquelier, "Spiking neural networks trained via proxy", IEEE Access 10 (2022).
 * Claim:    an SNN trained by proxy reaches 93.11 % on CIFAR-10 and beats other rules (abstract).
 * Recipe:   data and network of cifar-10-comparison, an inferred recipe, wider and longer; every rule as its authors have it,
 *           with its own norm policy and learning rate, from cifar-10-learning-rules-tuning.
 * Command:  deno task train cifar-10-learning-rules --profile study      (estimated at 4.5 hours a seed on two cores)
 */

/** What cifar-10-learning-rules-tuning prefers at the profile study, which a test compares with its records. */
const PREFERRED: Contest["preferred"] = {
  ann: { learningRate: 3e-3, norms: "never" },
  proxy: { learningRate: 1e-3, norms: "settled" },
  surrogate: { learningRate: 1e-3, norms: "settled" },
  tandem: { learningRate: 3e-3, norms: "never" },
};

/** K = 8 is what a validation split prefers: see cifar-10-comparison-tuning. */
const COMMON = { targets: [8], proxyThreshold: 2, preferred: PREFERRED };

export const SIZES: Record<Profile, ContestSize> = {
  smoke: {
    ...{ ...COMMON, trainImages: 100, testImages: 50, width: 1 / 64, epochs: 2, batch: 20, seeds: [1] },
    ...{ T: { spiking: 15, few: 3, conversion: 32 }, timeSteps: 20, heldOutImages: 50 },
  },
  quick: {
    ...{ ...COMMON, trainImages: 1_000, testImages: 200, width: 1 / 32, epochs: 2, batch: 50, seeds: [1] },
    ...{ T: { spiking: 15, few: 5, conversion: 128 }, timeSteps: 32, heldOutImages: 500 },
  },
  study: {
    ...{ ...COMMON, trainImages: 45_000, testImages: 10_000, width: 1 / 8, epochs: 15, batch: 100 },
    ...{ T: { spiking: 15, few: 5, conversion: 128 }, timeSteps: 32, heldOutImages: 5_000, seeds: [1, 2, 3] },
  },
  paper: {
    ...{ ...COMMON, trainImages: 50_000, testImages: 10_000, width: 1, epochs: 100, batch: 100 },
    ...{ T: { spiking: 60, few: 5, conversion: 512 }, proxyThreshold: 3, timeSteps: 120, seeds: [1] },
  },
};

/** Left out, for their time: surrogate gradients through all steps, and variants. */
const ROWS = ["ann", "proxy-k8", "no-replacement", "surrogate-few-steps", "tandem", "conversion"];

/** Every learning rule with what belongs to it, beside a control, on the ten-layer network. */
export const cifar10LearningRules: Experiment = {
  name: "cifar-10-learning-rules",
  title: "Learning rules as published on CIFAR-10",
  reduced: (profile) => reductionOf(SIZES[profile]),
  rows(profile) {
    const size = SIZES[profile];
    const methods = contestants(size).filter(({ id }) => ROWS.includes(id));
    return contestRows(methods, baseOf(size), size);
  },
};

/** What a size takes away from the inferred recipe, in words. */
export function reductionOf({ T: { spiking, few, conversion }, ...size }: ContestSize): string[] {
  return reductionsOf({ ...size, T: { spiking, surrogate: few, conversion } });
}

/** Data, network and training of every row; rule, optimiser and norm policy are replaced. */
export function baseOf({ trainImages, testImages, width, epochs, batch }: ContestSize): RunConfig {
  return {
    ...INFERRED,
    data: { ...INFERRED.data, trainImages, testImages },
    network: { ...INFERRED.network, width },
    training: { ...INFERRED.training, epochs, batch },
  };
}
