import type { MixSettings } from "./mix.ts";
import type { Normalisation } from "./normalise.ts";
import type { RandAugmentSettings } from "./rand_augment.ts";
import type { ErasingSettings } from "./random_erasing.ts";

/** What happens to a training image, in this order. Plain data: it goes into configurations and to workers. */
export interface Recipe {
  /** Zeros around the image before a window of its size is cut out; 0 does not crop. */
  cropPadding: number;
  /** The probability of a horizontal flip. */
  flip: number;
  randAugment: RandAugmentSettings | null;
  normalisation: Normalisation;
  erasing: ErasingSettings | null;
  /** The side of the square of zeros; 0 cuts none out. */
  cutout: number;
  labelSmoothing: number;
  mixing: MixSettings | null;
}

/** Mean and sd of ImageNet. */
export const IMAGENET_NORMALISATION: Normalisation = {
  mean: [0.485, 0.456, 0.406],
  sd: [0.229, 0.224, 0.225],
};

/** The values of the SE-ResNet recipe, for both data sets. */
export const CIFAR_NORMALISATION: Normalisation = {
  mean: [0.4914, 0.4822, 0.4465],
  sd: [0.2023, 0.1994, 0.2010],
};

/** The ConvMixer recipe. Source: KS released code; its RandAugment interpolates bicubically only. */
export const CONVMIXER_RECIPE: Recipe = {
  cropPadding: 4,
  flip: 0.5,
  randAugment: {
    library: "timm",
    magnitude: 9,
    magnitudeSd: 0.5,
    operations: 2,
    probability: 0.5,
    interpolation: "bicubic",
    fill: "mean",
  },
  normalisation: IMAGENET_NORMALISATION,
  erasing: { probability: 0.25, area: [0.02, 1 / 3], aspect: [0.3, 1 / 0.3] },
  cutout: 0,
  labelSmoothing: 0.1,
  mixing: { mixup: 0.5, cutmix: 0.5, probability: 1, cutmixShare: 0.5 },
};

/** The SE-ResNet recipe. Source: KS released code. */
export const SE_RESNET_RECIPE: Recipe = {
  cropPadding: 4,
  flip: 0.5,
  randAugment: null,
  normalisation: CIFAR_NORMALISATION,
  erasing: null,
  cutout: 0,
  labelSmoothing: 0,
  mixing: null,
};

/** Normalised as ConvMixer's recipe normalises, and nothing else: for regimes that overfit. */
export const PLAIN_RECIPE: Recipe = {
  ...SE_RESNET_RECIPE,
  cropPadding: 0,
  flip: 0,
  normalisation: IMAGENET_NORMALISATION,
};

/**
 * The recipe whose log ConvMixer's authors publish. Source: locuslab/convmixer-cifar10, README's command (`--ra-n=2 --ra-m=12
 * --scale=1.0 --jitter=0 --reprob=0`); its random crops of the whole image change nothing.
 */
export const CONVMIXER_AUTHORS_RECIPE: Recipe = {
  ...SE_RESNET_RECIPE,
  cropPadding: 0,
  randAugment: {
    library: "torchvision",
    magnitude: 12,
    magnitudeSd: 0,
    operations: 2,
    probability: 1,
    interpolation: "nearest",
    fill: "black",
  },
  normalisation: { mean: CIFAR_NORMALISATION.mean, sd: [0.2471, 0.2435, 0.2616] },
};

/** The recipes by the names that configurations use. */
export const RECIPES = {
  "convmixer": CONVMIXER_RECIPE,
  "se-resnet": SE_RESNET_RECIPE,
  "plain": PLAIN_RECIPE,
  "convmixer-authors": CONVMIXER_AUTHORS_RECIPE,
} as const satisfies Record<string, Recipe>;

/** A name of a recipe. */
export type RecipeName = keyof typeof RECIPES;
