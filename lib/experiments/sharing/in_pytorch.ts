import type { Experiment } from "../experiment.ts";
import {
  convMixerCropFlipCifar10,
  convMixerCropFlipCifar100,
  convMixerFewImages,
} from "./convmixer_regimes.ts";
import { seResNetFullWidthCifar10 } from "./se_resnet_full_width.ts";

/*
 * The study's runs of kernel sharing, each with three seeds, trained by bench/peers/kernel_sharing in PyTorch on one GPU, where two
 * cores need days. Their weights were read and measured here: the last line of every record, its score on training images and its
 * filters are this library's. Seeds are of PyTorch's generators.
 */

const SEEDS = [1, 2, 3];

/** What of these records was not made here, and how it was. */
const TRAINED = "trained in PyTorch with bfloat16 products, on a GPU";

function inPyTorch(experiment: Experiment, rows: readonly string[]): Experiment {
  const { name, title, reduced } = experiment;
  return {
    name: `${name}-in-pytorch`,
    title: `${title}, trained in PyTorch`,
    elsewhere:
      `bench/README.md says how a GPU trains it; "deno task train ${name}" trains the same settings here`,
    reduced: (profile) => [...reduced(profile), TRAINED],
    rows: (profile) =>
      profile !== "study" ? [] : experiment.rows(profile)
        .filter(({ id }) => rows.includes(id))
        .map(({ configs, ...row }) => ({
          ...row,
          configs: configs.slice(0, 1).flatMap((config) => SEEDS.map((seed) => ({ ...config, seed }))),
        })),
  };
}

const EXTREMES = ["none", "all", "equal-half"];

export const convMixerFewImagesInPyTorch: Experiment = inPyTorch(convMixerFewImages, EXTREMES);
export const convMixerCropFlipCifar10InPyTorch: Experiment = inPyTorch(convMixerCropFlipCifar10, EXTREMES);
export const convMixerCropFlipCifar100InPyTorch: Experiment = inPyTorch(convMixerCropFlipCifar100, EXTREMES);
export const seResNetFullWidthCifar10InPyTorch: Experiment = inPyTorch(
  seResNetFullWidthCifar10,
  ["none", "all", "equal-single"],
);
