import type { RunConfig } from "../../runs/config/config.ts";
import { convMixerSharing, reductionOf, RELEASED_CONVMIXER, type Size } from "./convmixer_sharing.ts";
import type { Experiment } from "../experiment.ts";
import type { Profile } from "../../runs/profile.ts";

/*
 * Paper:    Azadbakht, Kheradpisheh, Khalfaoui-Hassani, Masquelier, arXiv 2210.14151 (KS).
 * Claims:   sharing costs little accuracy (-1.8 points on CIFAR-10, -3.6 on CIFAR-100, introduction) and is a regulariser
 *           that can reduce overfitting (abstract).
 * Recipes:  ours. The released one takes 168 hours a run on two cores; these take an hour or two, in regimes where each
 *           claim has a sign: few images without augmentation overfit, all images with cropping and flipping come to 85 to
 *           90 %. The rival "equal-half" is unshared, half as deep and as narrow as gives as many parameters as "all".
 *           They test sign and order at this size, not the paper's numbers.
 * Command:  deno task train convmixer-few-images --profile study      (9 runs, about 20 minutes each on one core)
 */

const NETWORK = { dim: 128, depth: 8, kernel: 5, patch: 2 };
const TINY = { dim: 24, depth: 4, kernel: 3, patch: 8 };
const PUBLISHED = { dim: 256, depth: 16, kernel: 9, patch: 1 };

/** Everything a regime can differ in. */
interface Regime {
  name: string;
  title: string;
  data: "cifar-10" | "cifar-100";
  augmentation: "plain" | "se-resnet";
  words: string;
  trainImages: number;
  epochs: number;
  evaluateEvery?: number;
  rows: readonly string[];
  repeated: readonly string[];
  seeds: number[];
}

function regime({ name, title, data, augmentation, words, rows, repeated, ...amounts }: Regime): Experiment {
  const { trainImages, epochs, evaluateEvery, seeds } = amounts;
  const recipe: RunConfig = {
    ...RELEASED_CONVMIXER,
    data: { ...RELEASED_CONVMIXER.data, name: data, augmentation },
    training: { ...RELEASED_CONVMIXER.training, ...(evaluateEvery === undefined ? {} : { evaluateEvery }) },
  };
  const full = { trainImages, testImages: 10_000, epochs, batch: 128, seeds };
  const sizes: Record<Profile, Size> = {
    smoke: { trainImages: 64, testImages: 64, epochs: 2, batch: 32, seeds: [1, 2], base: TINY },
    quick: { trainImages: 2_000, testImages: 1_000, epochs: 3, batch: 50, seeds: [1], base: TINY },
    study: { ...full, base: NETWORK },
    paper: { ...full, epochs: RELEASED_CONVMIXER.training.epochs, seeds: [1, 2, 3], base: PUBLISHED },
  };
  const reduced = (profile: Profile) => [
    ...(profile === "paper" ? [] : reductionOf(sizes[profile])),
    `${words} instead of the released augmentation`,
  ];
  return convMixerSharing({ name, title, recipe, sizes, reduced, rows, repeated });
}

const EXTREMES = ["none", "all", "equal-half"];

/** Few images, no augmentation, many epochs: whatever regularises should show here. */
export const convMixerFewImages: Experiment = regime({
  name: "convmixer-few-images",
  title: "Kernel sharing in ConvMixer on a tenth of CIFAR-10, without augmentation",
  data: "cifar-10",
  ...{ augmentation: "plain", words: "no augmentation" },
  ...{ trainImages: 5_000, epochs: 100, evaluateEvery: 5, seeds: [1, 2, 3] },
  ...{ rows: EXTREMES, repeated: EXTREMES },
});

/** The same network and no augmentation on all images. */
export const convMixerPlain: Experiment = regime({
  name: "convmixer-plain",
  title: "Kernel sharing in ConvMixer on CIFAR-10, without augmentation",
  data: "cifar-10",
  ...{ augmentation: "plain", words: "no augmentation" },
  ...{ trainImages: 50_000, epochs: 25, seeds: [1] },
  ...{ rows: ["none", "all"], repeated: ["none", "all"] },
});

const CROP_FLIP = {
  augmentation: "se-resnet",
  words: "random cropping and flipping",
  ...{ trainImages: 50_000, epochs: 25 },
} as const;

/** What sharing costs near 85 to 90 %, against its rival of equal parameters. */
export const convMixerCropFlipCifar10: Experiment = regime({
  name: "convmixer-crop-flip-cifar-10",
  title: "Kernel sharing in ConvMixer on CIFAR-10, cropped and flipped",
  data: "cifar-10",
  ...CROP_FLIP,
  ...{ seeds: [1, 2, 3], rows: [...EXTREMES, "depthwise", "pointwise"], repeated: EXTREMES },
});

/** The same on CIFAR-100. */
export const convMixerCropFlipCifar100: Experiment = regime({
  name: "convmixer-crop-flip-cifar-100",
  title: "Kernel sharing in ConvMixer on CIFAR-100, cropped and flipped",
  data: "cifar-100",
  ...CROP_FLIP,
  ...{ seeds: [1], rows: EXTREMES, repeated: EXTREMES },
});
