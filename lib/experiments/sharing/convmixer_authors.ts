import type { RunConfig } from "../../runs/config/config.ts";
import { convMixerSharing, reductionOf, RELEASED_CONVMIXER, type Size } from "./convmixer_sharing.ts";
import type { Experiment } from "../experiment.ts";
import type { Profile } from "../../runs/profile.ts";

/*
 * Paper:    Trockman and Kolter, arXiv 2201.09792, whose network kernels are shared in (KS, arXiv 2210.14151).
 * Question: does the trainer here go the way of a public one? The authors publish their run's accuracy and rate after every epoch.
 * Recipe:   locuslab/convmixer-cifar10, README's command, number for number. Otherwise than there: single precision throughout
 *           instead of mixed precision, and the last, incomplete batch of an epoch is left out.
 * Command:  deno task train convmixer-authors-cifar-10 --profile study      (2 runs, about 6 hours each on one core, 5.7 GB)
 */

export const AUTHORS_CONVMIXER = {
  data: { ...RELEASED_CONVMIXER.data, augmentation: "convmixer-authors" },
  network: { name: "convmixer", dim: 256, depth: 8, kernel: 5, patch: 2, sharing: "none" },
  rule: { name: "ann" },
  optimiser: {
    name: "adamw",
    learningRate: 0.05,
    schedule: "piecewise-linear",
    points: [[0, 0], [0.4, 1], [0.8, 0.05], [1, 0]],
    finalLearningRate: 0,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0.005,
    decayVectors: true,
  },
  training: { epochs: 25, batch: 512, freezeNormAfter: 25 },
  seed: 1,
} satisfies RunConfig;

const { data, network, training } = AUTHORS_CONVMIXER;
const WHOLE: Size = { ...data, ...training, seeds: [1], base: network };
const TINY = { dim: 24, depth: 4, kernel: 3, patch: 8 };

const SIZES: Record<Profile, Size> = {
  smoke: { trainImages: 64, testImages: 64, epochs: 2, batch: 32, seeds: [1], base: TINY },
  quick: { trainImages: 2_000, testImages: 1_000, epochs: 3, batch: 50, seeds: [1], base: TINY },
  study: WHOLE,
  paper: WHOLE,
};

/** The authors' network by their recipe, nothing shared and all. */
export const convMixerAuthorsCifar10: Experiment = convMixerSharing({
  name: "convmixer-authors-cifar-10",
  title: "ConvMixer-256/8 by its authors' recipe on CIFAR-10",
  recipe: AUTHORS_CONVMIXER,
  sizes: SIZES,
  reduced: (profile) => SIZES[profile] === WHOLE ? [] : reductionOf(SIZES[profile], AUTHORS_CONVMIXER),
  rows: ["none", "all"],
  repeated: ["none", "all"],
});
